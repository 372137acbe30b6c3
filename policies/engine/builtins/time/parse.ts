import { BuiltinRefusal } from '../builtin.ts';
import { civilSeconds, inRange } from './civil.ts';
import { MONTHS, offsetFormOf, partsOf, WEEKDAYS, type LayoutPart, type OffsetForm } from './layout.ts';

/** What has been read so far; undefined where nothing was said. */
interface Parsed {
  year: number;
  month: number | undefined;
  day: number | undefined;
  yearDay: number | undefined;
  hour: number;
  half: 'am' | 'pm' | undefined;
  minute: number;
  second: number;
  nanosecond: number;
  offsetSeconds: number;
}

/** Reads a time by a layout of Go; undefined when it does not fit, or 64 bits do not hold its nanoseconds. */
export function parseTime(layout: string, value: string): bigint | undefined {
  const reader = new TimeReader(value);
  const parts = partsOf(layout);
  for (const [at, part] of parts.entries()) {
    const isRead = part.kind === 'text' ? reader.skip(part.text) : reader.field(part.text, nextField(parts, at));
    if (!isRead) return undefined;
  }
  return reader.isAtEnd ? instant(reader.parsed) : undefined;
}

const nextField = (parts: readonly LayoutPart[], at: number): string =>
  parts.slice(at + 1).find(({ kind }) => kind === 'field')?.text ?? '';

const NS_PER_SECOND = 1_000_000_000n;

function instant(parsed: Parsed): bigint | undefined {
  const date = dateOf(parsed);
  if (date === undefined) return undefined;
  const { half, minute, second } = parsed;
  const hour =
    half === 'pm' && parsed.hour < 12 ? parsed.hour + 12 : half === 'am' && parsed.hour === 12 ? 0 : parsed.hour;
  const seconds = civilSeconds({ year: parsed.year, ...date, hour, minute, second }) - parsed.offsetSeconds;
  return inRange(BigInt(seconds) * NS_PER_SECOND + BigInt(parsed.nanosecond));
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

function dateOf({ year, month, day, yearDay }: Parsed): { month: number; day: number } | undefined {
  if (yearDay === undefined) {
    const date = { month: month ?? 1, day: day ?? 1 };
    return date.day >= 1 && date.day <= daysIn(year, date.month) ? date : undefined;
  }
  let left = yearDay;
  for (let at = 1; at <= 12 && left >= 1; at++) {
    const days = daysIn(year, at);
    if (left > days) {
      left -= days;
      continue;
    }
    const fits = (month === undefined || month === at) && (day === undefined || day === left);
    return fits ? { month: at, day: left } : undefined;
  }
  return undefined;
}

const ONE_OR_TWO = /\d{1,2}/y;
const TWO = /\d{2}/y;
const UP_TO_THREE = /\d{1,3}/y;
const THREE = /\d{3}/y;
const FOUR = /\d{4}/y;
const FRACTION = /[.,](\d+)/y;
const ZONE = /[A-Z]{3,5}/y;
const SPACES = / */y;

/** How the digits of a numeric field are read and where they go. */
interface NumberField {
  readonly pattern: RegExp;
  readonly spacesMax: number;
  readonly from: number;
  readonly to: number;
  readonly store: (parsed: Parsed, value: number) => void;
}

const numberField = (
  pattern: RegExp,
  [from, to]: readonly [number, number],
  store: NumberField['store'],
  spacesMax = 0,
): NumberField => ({
  pattern,
  spacesMax,
  from,
  to,
  store,
});

const month = (parsed: Parsed, value: number): void => void (parsed.month = value);
const day = (parsed: Parsed, value: number): void => void (parsed.day = value);
const yearDay = (parsed: Parsed, value: number): void => void (parsed.yearDay = value);
const hour = (parsed: Parsed, value: number): void => void (parsed.hour = value);
const minute = (parsed: Parsed, value: number): void => void (parsed.minute = value);
const year = (parsed: Parsed, value: number): void => void (parsed.year = value);
const shortYear = (parsed: Parsed, value: number): void => void (parsed.year = value + (value >= 69 ? 1900 : 2000));
const second = (parsed: Parsed, value: number): void => void (parsed.second = value);

/** Years and days of a month are checked together, at the end. */
const NUMBER_FIELDS: Readonly<Record<string, NumberField>> = {
  '01': numberField(TWO, [1, 12], month),
  '1': numberField(ONE_OR_TWO, [1, 12], month),
  '02': numberField(TWO, [0, 99], day),
  '2': numberField(ONE_OR_TWO, [0, 99], day),
  _2: numberField(ONE_OR_TWO, [0, 99], day, 1),
  '002': numberField(THREE, [0, 999], yearDay),
  __2: numberField(UP_TO_THREE, [0, 999], yearDay, 2),
  '15': numberField(ONE_OR_TWO, [0, 23], hour),
  '03': numberField(TWO, [0, 12], hour),
  '3': numberField(ONE_OR_TWO, [0, 12], hour),
  '04': numberField(TWO, [0, 59], minute),
  '4': numberField(ONE_OR_TWO, [0, 59], minute),
  '05': numberField(TWO, [0, 59], second),
  '5': numberField(ONE_OR_TWO, [0, 59], second),
  '2006': numberField(FOUR, [0, 9999], year),
  '06': numberField(TWO, [0, 99], shortYear),
};

class TimeReader {
  readonly parsed: Parsed = {
    year: 0,
    month: undefined,
    day: undefined,
    yearDay: undefined,
    hour: 0,
    half: undefined,
    minute: 0,
    second: 0,
    nanosecond: 0,
    offsetSeconds: 0,
  };
  readonly #value: string;
  #at = 0;

  constructor(value: string) {
    this.#value = value;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#value.length;
  }

  /** Text that must stand there; a run of spaces stands for any, also none at the end. */
  skip(text: string): boolean {
    for (const piece of text.match(/ +|[^ ]+/g) ?? []) {
      if (!piece.startsWith(' ')) {
        if (!this.#value.startsWith(piece, this.#at)) return false;
        this.#at += piece.length;
      } else if (!this.isAtEnd && this.#value[this.#at] !== ' ') {
        return false;
      } else {
        this.#take(SPACES);
      }
    }
    return true;
  }

  field(field: string, next: string): boolean {
    const number = NUMBER_FIELDS[field];
    if (number !== undefined) {
      if (!this.#number(number)) return false;
      if (field.endsWith('5') && field !== '15' && !/^[.,]/.test(next)) this.#fraction();
      return true;
    }
    const form = offsetFormOf(field);
    if (form !== undefined) return this.#offset(form);
    switch (field) {
      case 'January':
      case 'Jan':
        return this.#name(MONTHS, field.length, (at) => (this.parsed.month = at + 1));
      case 'Monday':
      case 'Mon':
        return this.#name(WEEKDAYS, field.length, () => undefined);
      case 'PM':
      case 'pm':
        return this.#half(field);
      case 'MST':
        return this.#zone();
      default:
        return this.#fractionField(field);
    }
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#value)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #number({ pattern, spacesMax, from, to, store }: NumberField): boolean {
    for (let spaces = 0; spaces < spacesMax && this.#value[this.#at] === ' '; spaces++) this.#at++;
    const digits = this.#take(pattern);
    const value = Number(digits);
    if (digits === undefined || value < from || value > to) return false;
    store(this.parsed, value);
    return true;
  }

  #name(names: readonly string[], fieldLength: number, store: (at: number) => unknown): boolean {
    const isShort = fieldLength === 3;
    for (const [at, name] of names.entries()) {
      const wanted = isShort ? name.slice(0, 3) : name;
      if (this.#value.slice(this.#at, this.#at + wanted.length).toLowerCase() !== wanted.toLowerCase()) continue;
      this.#at += wanted.length;
      store(at);
      return true;
    }
    return false;
  }

  #half(field: 'PM' | 'pm'): boolean {
    const found = this.#value.slice(this.#at, this.#at + 2);
    const isUpper = field === 'PM';
    if (found !== (isUpper ? 'PM' : 'pm') && found !== (isUpper ? 'AM' : 'am')) return false;
    this.#at += 2;
    this.parsed.half = found.toLowerCase() === 'pm' ? 'pm' : 'am';
    return true;
  }

  #offset({ hasZ, hasColons, units }: OffsetForm): boolean {
    if (hasZ && this.#value[this.#at] === 'Z') {
      this.#at++;
      return true;
    }
    const sign = this.#value[this.#at];
    if (sign !== '+' && sign !== '-') return false;
    this.#at++;
    let seconds = 0;
    for (const [at, [unitSeconds, max]] of [[3600, 24] as const, [60, 60] as const, [1, 60] as const]
      .slice(0, units)
      .entries()) {
      if (at > 0 && hasColons && this.#value[this.#at++] !== ':') return false;
      const digits = this.#take(TWO);
      if (digits === undefined || Number(digits) > max) return false;
      seconds += Number(digits) * unitSeconds;
    }
    this.parsed.offsetSeconds = sign === '-' ? -seconds : seconds;
    return true;
  }

  #zone(): boolean {
    if (this.#value.startsWith('UTC', this.#at)) {
      this.#at += 3;
      return true;
    }
    const found = this.#take(ZONE);
    if (found === 'GMT' && !/^[+-]/.test(this.#value.slice(this.#at))) return true;
    if (found !== undefined) throw new BuiltinRefusal('what an abbreviation of a zone means depends on the machine');
    return false;
  }

  #fraction(): void {
    const found = this.#take(FRACTION);
    if (found !== undefined) this.parsed.nanosecond = Number(found.slice(1, 10).padEnd(9, '0'));
  }

  /** `.000` wants as many digits, `.999` takes any number, also none. */
  #fractionField(field: string): boolean {
    if (field[1] === '9') {
      this.#fraction();
      return true;
    }
    const found = this.#value.slice(this.#at, this.#at + field.length);
    if (found.length !== field.length || !/^[.,]\d+$/.test(found)) return false;
    this.#at += found.length;
    this.parsed.nanosecond = Number(found.slice(1, 10).padEnd(9, '0'));
    return true;
  }
}
