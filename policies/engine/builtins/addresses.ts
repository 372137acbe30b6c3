import ipaddr from 'ipaddr.js';
import { setOf } from '../value/compare.ts';
import { isRegoArray, RegoObject, RegoSet, type RegoValue } from '../value/rego-value.ts';
import { BuiltinRefusal, type HostBuiltins } from './builtin.ts';
import { integer, itemsOf, onTexts } from './operands.ts';

/** An address as a number; IPv4, also written inside IPv6, has 32 bits. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

interface Network {
  readonly address: Address;
  /** First address. */
  readonly first: bigint;
  readonly prefixLength: number;
  /** Width of the mask: an IPv4 address written inside IPv6 has one of 128 bits. */
  readonly maskBits: 32 | 128;
}

const FOUR_PARTS = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;
const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/;

const numberOfBytes = (bytes: readonly number[]): bigint => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

const MAPPED_PREFIX = 0xffffn;

/** Both forms that Go's `net.ParseIP` takes: no leading zeros, no zone, no short forms. */
function addressOf(text: string): (Address & { readonly isWrittenAsIpv6: boolean }) | undefined {
  if (!text.includes(':')) {
    if (!FOUR_PARTS.test(text)) return undefined;
    const bytes = text.split('.').map(Number);
    return bytes.every((byte) => byte <= 255)
      ? { bits: 32, value: numberOfBytes(bytes), isWrittenAsIpv6: false }
      : undefined;
  }
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.') && !FOUR_PARTS.test(tail)) return undefined;
  const value = numberOfBytes(ipaddr.IPv6.parse(text).toByteArray());
  return value >> 32n === MAPPED_PREFIX
    ? { bits: 32, value: value & 0xffff_ffffn, isWrittenAsIpv6: true }
    : { bits: 128, value, isWrittenAsIpv6: true };
}

/** Go's `net.ParseCIDR`. */
function networkOf(text: string): Network | undefined {
  const at = text.indexOf('/');
  if (at === -1) return undefined;
  const [address, length] = [addressOf(text.slice(0, at)), text.slice(at + 1)];
  if (address === undefined || !PREFIX_LENGTH.test(length)) return undefined;
  const maskBits = address.isWrittenAsIpv6 ? 128 : 32;
  const prefixLength = Number(length);
  if (prefixLength > maskBits) return undefined;
  if (maskBits !== address.bits) throw new BuiltinRefusal('a network of IPv4 addresses is written as IPv6');
  const hostBits = BigInt(address.bits - prefixLength);
  return { address, first: (address.value >> hostBits) << hostBits, prefixLength, maskBits };
}

const sizeOf = (network: Network): bigint => 1n << BigInt(network.address.bits - network.prefixLength);

/** Whether a network contains an address or a whole network; undefined when the text is neither. */
function containsText(network: Network, text: string): boolean | undefined {
  const address = addressOf(text);
  if (address !== undefined) {
    return (
      address.bits === network.address.bits &&
      address.value >= network.first &&
      address.value < network.first + sizeOf(network)
    );
  }
  const other = networkOf(text);
  if (other === undefined) return undefined;
  return (
    other.address.bits === network.address.bits &&
    other.first >= network.first &&
    other.first + sizeOf(other) <= network.first + sizeOf(network)
  );
}

/** An address in the form Go prints: RFC 5952 for IPv6. */
function addressText(value: bigint, bits: 32 | 128): string {
  const bytes: number[] = [];
  for (let shift = bits - 8; shift >= 0; shift -= 8) bytes.push(Number((value >> BigInt(shift)) & 0xffn));
  return bits === 32 ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
}

/** Networks of an operand with what stands for each in the answer: index, key or the item itself. */
function candidates(value: RegoValue | undefined): readonly (readonly [text: string, index: RegoValue])[] | undefined {
  if (typeof value === 'string') return [[value, value]];
  const pairs =
    value instanceof RegoObject
      ? value.entries.map(([key, item]) => [item, key] as const)
      : value instanceof RegoSet
        ? value.items.map((item) => [item, item] as const)
        : itemsOf(value)?.map((item, at) => [item, integer(BigInt(at))] as const);
  if (pairs === undefined) return [];
  const found: [string, RegoValue][] = [];
  for (const [item, index] of pairs) {
    const text = isRegoArray(item) ? item[0] : item;
    if (typeof text !== 'string') return undefined;
    found.push([text, index]);
  }
  return found;
}

function matches(networks: RegoValue | undefined, others: RegoValue | undefined): RegoValue | undefined {
  const [left, right] = [candidates(networks), candidates(others)];
  if (left === undefined || right === undefined) return undefined;
  const found: RegoValue[] = [];
  for (const [text, index] of left) {
    for (const [other, otherIndex] of right) {
      const network = networkOf(text);
      const isContained = network === undefined ? undefined : containsText(network, other);
      if (isContained === undefined) return undefined;
      if (isContained) found.push([index, otherIndex]);
    }
  }
  return setOf(found);
}

/** Addresses that a network is expanded to. */
const ADDRESSES_MAX = 65_536n;

function expand(text: string): RegoValue | undefined {
  const network = networkOf(text);
  if (network === undefined) return undefined;
  const size = sizeOf(network);
  if (size > ADDRESSES_MAX) throw new BuiltinRefusal(`net.cidr_expand makes more than ${ADDRESSES_MAX} addresses`);
  const addresses = Array.from({ length: Number(size) }, (_, at) => network.first + BigInt(at));
  return setOf(addresses.map((value) => addressText(value, network.address.bits)));
}

/** Networks that are merged. */
const NETWORKS_MAX = 10_000;

interface Range {
  readonly first: bigint;
  readonly last: bigint;
  readonly bits: 32 | 128;
}

function rangeOf(text: string): Range | undefined {
  const address = addressOf(text);
  if (address === undefined) {
    const network = networkOf(text);
    return network && { first: network.first, last: network.first + sizeOf(network) - 1n, bits: network.address.bits };
  }
  // Go gives an address without a length the mask of its historical class, and so does OPA.
  if (address.bits === 128) return undefined;
  throw new BuiltinRefusal('net.cidr_merge is given an address without the length of its prefix');
}

function merge(value: RegoValue | undefined): RegoValue | undefined {
  const items = itemsOf(value);
  if (items === undefined) return undefined;
  if (items.length > NETWORKS_MAX)
    throw new BuiltinRefusal(`net.cidr_merge is given more than ${NETWORKS_MAX} networks`);
  const ranges: Range[] = [];
  for (const item of items) {
    const range = typeof item === 'string' ? rangeOf(item) : undefined;
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  const families = [32, 128].map((bits) => ranges.filter((range) => range.bits === bits));
  return setOf(families.flatMap(joinRanges).flatMap(blocksOf));
}

function joinRanges(ranges: readonly Range[]): readonly Range[] {
  const joined: Range[] = [];
  for (const range of ranges.toSorted((one, other) =>
    one.first < other.first ? -1 : one.first > other.first ? 1 : 0,
  )) {
    const before = joined.at(-1);
    if (before === undefined || range.first > before.last + 1n) joined.push(range);
    else if (range.last > before.last) joined[joined.length - 1] = { ...before, last: range.last };
  }
  return joined;
}

/** The fewest networks that cover a range. */
function blocksOf({ first, last, bits }: Range): string[] {
  const blocks: string[] = [];
  let at = first;
  while (at <= last) {
    let hostBits = 0n;
    while (hostBits < BigInt(bits)) {
      const next = hostBits + 1n;
      const isAligned = at % (1n << next) === 0n;
      if (!isAligned || at + (1n << next) - 1n > last) break;
      hostBits = next;
    }
    blocks.push(`${addressText(at, bits)}/${bits - Number(hostBits)}`);
    at += 1n << hostBits;
  }
  return blocks;
}

/** Addresses and networks. */
export const ADDRESS_BUILTINS: HostBuiltins = {
  'net.cidr_is_valid': ([text]) => typeof text === 'string' && networkOf(text) !== undefined,
  'net.cidr_contains_matches': ([networks, others]) => matches(networks, others),
  'net.cidr_expand': onTexts(1, (text = '') => expand(text)),
  'net.cidr_merge': ([networks]) => merge(networks),
};
