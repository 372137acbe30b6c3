/** Go's layouts: a reference time, written as the wanted time shall be (package `time`, https://pkg.go.dev/time#pkg-constants). */

/** A part of a layout: text as it stands, or a placeholder. */
export interface LayoutPart {
  readonly kind: 'text' | 'field';
  readonly text: string;
}

const FIELD = new RegExp(
  [
    'January',
    'Jan(?![a-z])',
    'Monday',
    'Mon(?![a-z])',
    'MST',
    '0[1-6]',
    '002',
    '15',
    '1',
    '2006',
    '__2',
    '_2(?!006)',
    '2',
    '3',
    '4',
    '5',
    'PM',
    'pm',
    '-070000',
    '-07:00:00',
    '-0700',
    '-07:00',
    '-07',
    'Z070000',
    'Z07:00:00',
    'Z0700',
    'Z07:00',
    'Z07',
    '[.,]0+(?!\\d)',
    '[.,]9+(?!\\d)',
  ].join('|'),
  'g',
);

export function partsOf(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let end = 0;
  for (const found of layout.matchAll(FIELD)) {
    if (found.index > end) parts.push({ kind: 'text', text: layout.slice(end, found.index) });
    parts.push({ kind: 'field', text: found[0] });
    end = found.index + found[0].length;
  }
  if (end < layout.length) parts.push({ kind: 'text', text: layout.slice(end) });
  return parts;
}

/** Names that stand for layouts. */
const NAMED_LAYOUTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ANSIC: 'Mon Jan _2 15:04:05 2006',
    UnixDate: 'Mon Jan _2 15:04:05 MST 2006',
    RubyDate: 'Mon Jan 02 15:04:05 -0700 2006',
    RFC822: '02 Jan 06 15:04 MST',
    RFC822Z: '02 Jan 06 15:04 -0700',
    RFC850: 'Monday, 02-Jan-06 15:04:05 MST',
    RFC1123: 'Mon, 02 Jan 2006 15:04:05 MST',
    RFC1123Z: 'Mon, 02 Jan 2006 15:04:05 -0700',
    RFC3339: '2006-01-02T15:04:05Z07:00',
    RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
  }),
);

/** The layout that a name stands for; any other text is a layout itself. */
export const layoutOf = (text: string): string => NAMED_LAYOUTS.get(text) ?? text;

export const RFC3339_LAYOUT = '2006-01-02T15:04:05Z07:00';
export const RFC3339_NANO_LAYOUT = '2006-01-02T15:04:05.999999999Z07:00';

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** Fields of an offset: whether `Z` stands for none, and which parts it has. */
export interface OffsetForm {
  readonly hasZ: boolean;
  readonly hasColons: boolean;
  readonly units: 1 | 2 | 3;
}

const OFFSET = /^([Z-])07(:?)(00)?:?(00)?$/;

export function offsetFormOf(field: string): OffsetForm | undefined {
  const [all, lead, colon, minutes, seconds] = OFFSET.exec(field) ?? [];
  if (all === undefined) return undefined;
  return {
    hasZ: lead === 'Z',
    hasColons: colon === ':',
    units: seconds !== undefined ? 3 : minutes !== undefined ? 2 : 1,
  };
}
