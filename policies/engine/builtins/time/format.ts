import { BuiltinRefusal } from '../builtin.ts';
import type { Civil } from './civil.ts';
import { MONTHS, offsetFormOf, partsOf, WEEKDAYS, type OffsetForm } from './layout.ts';

/** Writes a time by a layout of Go. */
export const formatCivil = (civil: Civil, layout: string): string =>
  partsOf(layout)
    .map(({ kind, text }) => (kind === 'text' ? text : fieldText(civil, text)))
    .join('');

const two = (value: number): string => String(value).padStart(2, '0');

const hour12 = (hour: number): number => hour % 12 || 12;

const FIELDS: Readonly<Record<string, (civil: Civil) => string>> = {
  January: ({ month }) => MONTHS[month - 1] ?? '',
  Jan: ({ month }) => MONTHS[month - 1]?.slice(0, 3) ?? '',
  Monday: ({ weekday }) => WEEKDAYS[weekday] ?? '',
  Mon: ({ weekday }) => WEEKDAYS[weekday]?.slice(0, 3) ?? '',
  '01': ({ month }) => two(month),
  '1': ({ month }) => String(month),
  '02': ({ day }) => two(day),
  _2: ({ day }) => String(day).padStart(2),
  '2': ({ day }) => String(day),
  '002': ({ yearDay }) => String(yearDay).padStart(3, '0'),
  __2: ({ yearDay }) => String(yearDay).padStart(3),
  '15': ({ hour }) => two(hour),
  '03': ({ hour }) => two(hour12(hour)),
  '3': ({ hour }) => String(hour12(hour)),
  '04': ({ minute }) => two(minute),
  '4': ({ minute }) => String(minute),
  '05': ({ second }) => two(second),
  '5': ({ second }) => String(second),
  '2006': ({ year }) => String(year).padStart(4, '0'),
  '06': ({ year }) => two(year % 100),
  PM: ({ hour }) => (hour >= 12 ? 'PM' : 'AM'),
  pm: ({ hour }) => (hour >= 12 ? 'pm' : 'am'),
  MST: zoneName,
};

function zoneName({ zone }: Civil): string {
  if (zone === 'UTC') return 'UTC';
  throw new BuiltinRefusal('abbreviations of zones other than UTC differ between time zone databases');
}

function fieldText(civil: Civil, field: string): string {
  const write = FIELDS[field];
  if (write !== undefined) return write(civil);
  const form = offsetFormOf(field);
  return form === undefined ? secondsFraction(civil.nanosecond, field) : offsetText(civil.offsetSeconds, form);
}

function offsetText(seconds: number, { hasZ, hasColons, units }: OffsetForm): string {
  if (hasZ && seconds === 0) return 'Z';
  // Go divides by whole minutes first, so that the sign of an offset of some seconds is that of zero minutes.
  const minutes = Math.trunc(seconds / 60);
  const magnitude = Math.abs(minutes);
  const parts = [Math.floor(magnitude / 60), magnitude % 60, Math.abs(seconds % 60)].slice(0, units).map(two);
  return `${minutes < 0 ? '-' : '+'}${parts.join(hasColons ? ':' : '')}`;
}

/** `.000` with as many digits, `.999` without trailing zeros. */
function secondsFraction(nanosecond: number, field: string): string {
  const digits = String(nanosecond)
    .padStart(9, '0')
    .slice(0, field.length - 1)
    .padEnd(field.length - 1, '0');
  if (field[1] === '0') return `${field[0] ?? ''}${digits}`;
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === '' ? '' : `${field[0] ?? ''}${trimmed}`;
}
