import { objectOf } from '../value/compare.ts';
import type { RegoValue } from '../value/rego-value.ts';
import type { HostBuiltins } from './builtin.ts';
import { integer, onTexts } from './operands.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_DIGITS = /^[0-9a-f]{32}$/i;
const URN_PREFIX = /^urn:uuid:/i;

/** The 32 digits of a UUID in one of the forms that OPA's library reads; of the form in braces it looks at the length alone. */
function digitsOf(text: string): string | undefined {
  const bare = text.length === 45 && URN_PREFIX.test(text) ? text.slice(9) : text;
  const inner = text.length === 38 ? text.slice(1, -1) : bare;
  if (UUID.test(inner)) return inner.replaceAll('-', '');
  return UUID_DIGITS.test(text) ? text : undefined;
}

/** Bits of the variant (RFC 9562, section 4.1) as OPA's library names them. */
const VARIANTS = [
  [0xc0, 0x80, 'RFC4122'],
  [0xe0, 0xc0, 'Microsoft'],
  [0xe0, 0xe0, 'Future'],
] as const;

/** From 15 October 1582, where the time of a UUID starts, to 1970, in steps of 100 ns: RFC 9562, section 5.1. */
const EPOCH_STEPS = 0x01b2_1dd2_1381_4000n;
const STEP_NS = 100n;

const ADDRESS_KINDS = ['global:unicast', 'global:multicast', 'local:unicast', 'local:multicast'] as const;

const DOMAINS = ['Person', 'Group', 'Org'] as const;

/** What the time-based versions 1 and 2 hold: time, clock sequence and address of the node. */
function timeMembers(bytes: Buffer, version: number): [string, RegoValue][] {
  const steps =
    BigInt(bytes.readUInt32BE(0)) |
    (BigInt(bytes.readUInt16BE(4)) << 32n) |
    (BigInt(bytes.readUInt16BE(6) & 0x0fff) << 48n);
  const node = bytes.subarray(10);
  const members: [string, RegoValue][] = [
    ['time', integer((steps - EPOCH_STEPS) * STEP_NS)],
    ['clocksequence', bytes.readUInt16BE(8) & 0x3fff],
    ['nodeid', Array.from(node, (byte) => byte.toString(16).padStart(2, '0')).join('-')],
    ['macvariables', ADDRESS_KINDS[(node[0] ?? 0) & 3] ?? ''],
  ];
  if (version === 2) {
    const domain = bytes[9] ?? 0;
    members.push(['id', bytes.readUInt32BE(0)], ['domain', DOMAINS[domain] ?? `Domain${domain}`]);
  }
  return members;
}

function parse(text: string): RegoValue | undefined {
  const digits = digitsOf(text);
  if (digits === undefined) return undefined;
  const bytes = Buffer.from(digits, 'hex');
  const version = (bytes[6] ?? 0) >> 4;
  const variantBits = bytes[8] ?? 0;
  const variant = VARIANTS.find(([mask, bits]) => (variantBits & mask) === bits)?.[2] ?? 'Reserved';
  const more = version === 1 || version === 2 ? timeMembers(bytes, version) : [];
  return objectOf([['version', version], ['variant', variant], ...more]);
}

/** Unique identifiers. */
export const UUID_BUILTINS: HostBuiltins = {
  'uuid.parse': onTexts(1, (text = '') => parse(text)),
};
