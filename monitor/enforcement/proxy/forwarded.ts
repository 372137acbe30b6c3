import { BlockList, isIPv6 } from 'node:net';
import type { Exchange } from './exchange.ts';
import { spelled, valuesOf, type Field, type Fields } from './fields.ts';
import type { ForwardedRules } from './options.ts';

/** Networks as a set that addresses are looked up in. Throws on a text that is no network: these come from the configuration. */
export function networksOf(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = '', prefix] = text.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  }
  return list;
}

/** Whether an address is in the networks. A connection over a unix socket has none, and is in no network. */
export function isWithin(networks: BlockList, address: string | null): boolean {
  if (address === null) return false;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  return networks.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

/** Fields by which proxies tell where a request came from. Of a peer that is not trusted they are hearsay. */
const isHearsay = (name: string): boolean => {
  const one = spelled(name);
  return one === 'forwarded' || one.startsWith('x-forwarded-') || one === 'x-real-ip';
};

const FORWARDED_FOR = 'x-forwarded-for';

/**
 * The fields with the way that the request took: what a trusted proxy told is continued, what anybody else told is removed (RFC 7239, 8.1), and
 * `Via` is continued always (RFC 9110, 7.6.3).
 */
export function withWay(
  fields: Fields,
  exchange: Pick<Exchange, 'version' | 'peer'>,
  host: string | null,
  rules: ForwardedRules & { readonly trusted: BlockList },
): Field[] {
  const isTrusted = isWithin(rules.trusted, exchange.peer.address);
  const kept = fields.filter(([name]) => name !== 'via' && (isTrusted || !isHearsay(name)));
  const told = isTrusted ? kept : [];
  const address = exchange.peer.address ?? 'unknown';
  const result = kept.filter(([name]) => name !== FORWARDED_FOR && name !== 'forwarded');
  if (rules.emit === 'x-forwarded' || rules.emit === 'both') {
    result.push([FORWARDED_FOR, [...valuesOf(told, FORWARDED_FOR), address].join(', ')]);
    if (valuesOf(told, 'x-forwarded-proto').length === 0) result.push(['x-forwarded-proto', 'http']);
    if (host !== null && valuesOf(told, 'x-forwarded-host').length === 0) result.push(['x-forwarded-host', host]);
  }
  if (rules.emit === 'forwarded' || rules.emit === 'both') {
    result.push(['forwarded', [...valuesOf(told, 'forwarded'), element(address, host)].join(', ')]);
  }
  result.push(['via', [...valuesOf(fields, 'via'), `${exchange.version} ${rules.pseudonym}`].join(', ')]);
  return result;
}

/** One element of `Forwarded`; addresses of IPv6 are bracketed and quoted (RFC 7239, 6). */
function element(address: string, host: string | null): string {
  const node = isIPv6(address) ? `"[${address}]"` : address;
  return `for=${node}${host === null ? '' : `;host="${host}"`};proto=http`;
}
