import { BuiltinRefusal } from '../builtin.ts';
import { isInt64 } from '../operands.ts';

const UNIT_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Units that OPA adds to those of Go, hours. */
const LONG_UNIT_HOURS: Readonly<Record<string, number>> = { d: 24, w: 168, y: 8760 };

const SEGMENT = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h|d|w|y)/y;
/** Longest text; a duration of 64 bits has some 20 digits. */
const LENGTH_MAX = 200;

/** Nanoseconds of a duration such as `1h30m` or `2d`; undefined for what is none or does not fit into 64 bits. */
export function parseDuration(text: string): bigint | undefined {
  if (text.length > LENGTH_MAX) throw new BuiltinRefusal('the duration is too long');
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const body = text.slice(sign.length);
  if (body === '0') return 0n;
  if (body === '') return undefined;
  let total = 0n;
  for (let at = 0; at < body.length;) {
    SEGMENT.lastIndex = at;
    const [all, whole = '', fraction = '', unit = ''] = SEGMENT.exec(body) ?? [];
    if (all === undefined || whole + fraction === '') return undefined;
    total += segmentNs(whole, fraction, unit);
    at += all.length;
  }
  const signed = sign === '-' ? -total : total;
  return isInt64(signed) ? signed : undefined;
}

function segmentNs(whole: string, fraction: string, unit: string): bigint {
  const hours = LONG_UNIT_HOURS[unit];
  if (hours !== undefined) {
    // OPA multiplies doubles and writes the product as hours.
    const text = String(Number(`${whole === '' ? '0' : whole}.${fraction === '' ? '0' : fraction}`) * hours);
    if (text.includes('e')) throw new BuiltinRefusal('the duration is too long or too short');
    const [wholeHours = '0', part = ''] = text.split('.');
    return segmentNs(wholeHours, part, 'h');
  }
  const unitNs = UNIT_NS[unit] ?? 0n;
  // Go computes the fraction with a double and drops what is below a nanosecond.
  const part = fraction === '' ? 0n : BigInt(Math.trunc(Number(fraction) * (Number(unitNs) / 10 ** fraction.length)));
  return BigInt(whole === '' ? '0' : whole) * unitNs + part;
}
