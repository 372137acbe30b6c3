import { isRegoArray, type RegoValue } from '../../value/rego-value.ts';
import { BuiltinRefusal, type HostBuiltins } from '../builtin.ts';
import { int64Of, integer, onTexts } from '../operands.ts';
import { civilOf, civilSeconds, instantOf, isZone, type Civil } from './civil.ts';
import { parseDuration } from './duration.ts';
import { formatCivil } from './format.ts';
import { layoutOf, RFC3339_LAYOUT, RFC3339_NANO_LAYOUT, WEEKDAYS } from './layout.ts';
import { parseTime } from './parse.ts';

/** A time operand: nanoseconds, or an array of nanoseconds, zone and layout. */
interface TimeOperand {
  readonly ns: bigint;
  readonly zone: string;
  readonly layout: string;
}

function timeOf(operand: RegoValue | undefined): TimeOperand | undefined {
  const [number, zone = 'UTC', layout = ''] = operand !== undefined && isRegoArray(operand) ? operand : [operand];
  const ns = int64Of(number);
  if (ns === undefined || typeof zone !== 'string' || typeof layout !== 'string') return undefined;
  const name = zone === '' ? 'UTC' : zone;
  return isZone(name) ? { ns, zone: name, layout } : undefined;
}

const onTime =
  (answer: (civil: Civil, layout: string) => RegoValue) =>
  ([operand]: readonly RegoValue[]): RegoValue | undefined => {
    const time = timeOf(operand);
    return time && answer(civilOf(time.ns, time.zone), time.layout);
  };

const optional = (value: bigint | undefined): RegoValue | undefined =>
  value === undefined ? undefined : integer(value);

/** Years, months and days that can be added; 64 bits of nanoseconds hold less. */
const ADDED_MAX = 1_000_000n;

function addDate([operand, ...amounts]: readonly RegoValue[]): RegoValue | undefined {
  const time = timeOf(operand);
  const added = amounts.map(int64Of);
  if (time === undefined || added.includes(undefined)) return undefined;
  const [years = 0n, months = 0n, days = 0n] = added;
  if ([years, months, days].some((amount) => amount > ADDED_MAX || amount < -ADDED_MAX)) {
    throw new BuiltinRefusal('time.add_date is given more years, months or days than it can add');
  }
  const civil = civilOf(time.ns, time.zone);
  const seconds = civilSeconds({
    ...civil,
    year: civil.year + Number(years),
    month: civil.month + Number(months),
    day: civil.day + Number(days),
  });
  return optional(instantOf(seconds, civil.nanosecond, time.zone));
}

/** Years, months, days, hours, minutes and seconds between two times, in the zone of the first. */
function diff([left, right]: readonly RegoValue[]): RegoValue | undefined {
  const [one, other] = [timeOf(left), timeOf(right)];
  if (one === undefined || other === undefined) return undefined;
  const [first, second] = one.ns > other.ns ? [other.ns, one.ns] : [one.ns, other.ns];
  const [from, to] = [civilOf(first, one.zone), civilOf(second, one.zone)];
  const parts = [
    to.year - from.year,
    to.month - from.month,
    to.day - from.day,
    to.hour - from.hour,
    to.minute - from.minute,
    to.second - from.second,
  ];
  const daysInMonth = new Date(Date.UTC(from.year, from.month, 0)).getUTCDate();
  const carry = (at: number, size: number): void => {
    if ((parts[at] ?? 0) >= 0) return;
    parts[at] = (parts[at] ?? 0) + size;
    parts[at - 1] = (parts[at - 1] ?? 0) - 1;
  };
  carry(5, 60);
  carry(4, 60);
  carry(3, 24);
  carry(2, daysInMonth);
  carry(1, 12);
  return parts;
}

/** Times: the clock is that of the request. */
export const TIME_BUILTINS: HostBuiltins = {
  'time.now_ns': (_operands, { nowNs }) => integer(nowNs),
  'time.parse_rfc3339_ns': onTexts(1, (text = '') => optional(parseTime(RFC3339_LAYOUT, text))),
  'time.parse_ns': onTexts(2, (layout = '', text = '') => optional(parseTime(layoutOf(layout), text))),
  'time.parse_duration_ns': onTexts(1, (text = '') => optional(parseDuration(text))),
  'time.date': onTime(({ year, month, day }) => [year, month, day]),
  'time.clock': onTime(({ hour, minute, second }) => [hour, minute, second]),
  'time.weekday': onTime(({ weekday }) => WEEKDAYS[weekday] ?? ''),
  'time.format': onTime((civil, layout) => formatCivil(civil, layout === '' ? RFC3339_NANO_LAYOUT : layoutOf(layout))),
  'time.add_date': (operands) => addDate(operands),
  'time.diff': (operands) => diff(operands),
};
