import { BuiltinRefusal } from '../builtin.ts';

/** A time as people write it. */
export interface Civil {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** From 0 for Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly yearDay: number;
  /** East of Greenwich, seconds. */
  readonly offsetSeconds: number;
  /** IANA name; `UTC` for universal time. */
  readonly zone: string;
}

const NS_PER_SECOND = 1_000_000_000n;
const MS_PER_SECOND = 1000;
const MS_PER_DAY = 86_400_000;

const floorDivide = (value: bigint, divisor: bigint): bigint => {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
};

/** The civil time of an instant of 64 bits in a zone. */
export function civilOf(ns: bigint, zone: string): Civil {
  const unixSeconds = Number(floorDivide(ns, NS_PER_SECOND));
  const offsetSeconds = offsetOf(unixSeconds, zone);
  const local = new Date((unixSeconds + offsetSeconds) * MS_PER_SECOND);
  const year = local.getUTCFullYear();
  return {
    year,
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    nanosecond: Number(ns - floorDivide(ns, NS_PER_SECOND) * NS_PER_SECOND),
    weekday: local.getUTCDay(),
    yearDay: Math.floor((local.getTime() - utcMs(year, 0, 1)) / MS_PER_DAY) + 1,
    offsetSeconds,
    zone,
  };
}

/** `Date.UTC` without its special meaning of the years 0 to 99. */
function utcMs(year: number, monthIndex: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, monthIndex, day);
  return date.getTime();
}

/** Seconds since 1970 of a civil time without a zone; parts beyond their range carry over. NaN when it is out of range. */
export function civilSeconds(parts: Pick<Civil, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'>): number {
  const days = utcMs(parts.year, parts.month - 1, parts.day) / MS_PER_SECOND;
  return days + parts.hour * 3600 + parts.minute * 60 + parts.second;
}

/** The instant of a civil time in a zone; where clocks are set back or forward it is the one that Go's `time.Date` chooses. */
export function instantOf(civilSecondsLocal: number, nanosecond: number, zone: string): bigint | undefined {
  if (!Number.isFinite(civilSecondsLocal)) return undefined;
  const guess = offsetOf(civilSecondsLocal, zone);
  const offset = guess === 0 ? 0 : offsetOf(civilSecondsLocal - guess, zone);
  return inRange(BigInt(civilSecondsLocal - offset) * NS_PER_SECOND + BigInt(nanosecond));
}

/** The instant, when 64 bits hold its nanoseconds. */
export const inRange = (ns: bigint): bigint | undefined => (ns >= -(2n ** 63n) && ns < 2n ** 63n ? ns : undefined);

const ZONE_NAME = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const ZONE_NAME_LENGTH_MAX = 64;
/** Zones whose rules are kept ready; there are some 600 names. */
const ZONES_MAX = 128;
const zones = new Map<string, Intl.DateTimeFormat>();

/**
 * Whether a zone is known.
 *
 * @throws BuiltinRefusal for `Local`, which says nothing about the caller.
 */
export function isZone(name: string): boolean {
  if (name === 'Local') throw new BuiltinRefusal('the zone `Local` depends on the machine');
  if (name === 'UTC') return true;
  if (name.length > ZONE_NAME_LENGTH_MAX || !ZONE_NAME.test(name)) return false;
  return formatOf(name) !== undefined;
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (zones.size >= ZONES_MAX) zones.clear();
    zones.set(zone, made);
    return made;
  } catch {
    // An unknown zone is a RangeError.
    return undefined;
  }
}

function offsetOf(unixSeconds: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const parts = new Map(
    (formatOf(zone)?.formatToParts(new Date(unixSeconds * MS_PER_SECOND)) ?? []).map(({ type, value }) => [
      type,
      value,
    ]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const local = civilSeconds({
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  });
  return local - unixSeconds;
}
