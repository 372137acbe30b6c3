import type { HostBuiltins } from './builtin.ts';
import { isInt64, onTexts } from './operands.ts';

interface Version {
  readonly numbers: readonly bigint[];
  readonly preRelease: string;
}

const NUMBER = '(0|[1-9]\\d*)';
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
/** https://semver.org, with the leading `v` that OPA also takes. */
const VERSION = new RegExp(`^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIERS}))?(?:\\+${IDENTIFIERS})?$`);
const DIGITS = /^\d+$/;

function versionOf(text: string): Version | undefined {
  const [, major = '', minor = '', patch = '', preRelease = ''] = VERSION.exec(text) ?? [];
  if (major === '') return undefined;
  const numbers = [major, minor, patch].map(BigInt);
  const hasLeadingZero = preRelease
    .split('.')
    .some((part) => part.length > 1 && part.startsWith('0') && DIGITS.test(part));
  return hasLeadingZero || !numbers.every(isInt64) ? undefined : { numbers, preRelease };
}

const orderOf = <Item extends bigint | string>(one: Item, other: Item): number =>
  one < other ? -1 : one > other ? 1 : 0;

function comparePreReleases(one: string, other: string): number {
  if (one === other) return 0;
  if (one === '' || other === '') return one === '' ? 1 : -1;
  const [left, right] = [one.split('.'), other.split('.')];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [a = '', b = ''] = [left[at], right[at]];
    const [isNumber, isOtherNumber] = [DIGITS.test(a), DIGITS.test(b)];
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
    const order = isNumber ? orderOf(BigInt(a), BigInt(b)) : orderOf(a, b);
    if (order !== 0) return order;
  }
  return Math.sign(left.length - right.length);
}

function compareVersions(one: Version, other: Version): number {
  for (const [at, number] of one.numbers.entries()) {
    const order = orderOf(number, other.numbers[at] ?? 0n);
    if (order !== 0) return order;
  }
  return comparePreReleases(one.preRelease, other.preRelease);
}

/** Semantic versions. */
export const SEMVER_BUILTINS: HostBuiltins = {
  'semver.compare': onTexts(2, (one = '', other = '') => {
    const [left, right] = [versionOf(one), versionOf(other)];
    return left === undefined || right === undefined ? undefined : compareVersions(left, right);
  }),
  'semver.is_valid': ([version]) => typeof version === 'string' && versionOf(version) !== undefined,
};
