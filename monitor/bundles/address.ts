import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { quoted, refusal } from '../../policies/bundle/refusal.ts';
import type { BundleOutcome } from '../../policies/bundle/types.ts';

/** A source by kind. */
export type SourceAddress =
  { readonly kind: 'http'; readonly url: URL } | { readonly kind: 'file'; readonly path: string };

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/**
 * Reads the address of a bundle: `https:`, `http:` on loopback, `file:`, or an absolute path. Credentials do not belong into addresses, which are logged.
 * Errors: BND078.
 */
export function parseAddress(address: string): BundleOutcome<SourceAddress> {
  const refused = (problem: string): BundleOutcome<SourceAddress> => ({
    ok: false,
    refusal: refusal('BND078', `the source ${quoted(address.replace(/\/\/[^/@]*@/, '//…@'))} ${problem}`),
  });
  if (path.isAbsolute(address)) return { ok: true, value: { kind: 'file', path: address } };
  if (!URL.canParse(address)) return refused('is no address');
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return refused('contains credentials');
  if (url.hash !== '') return refused('has a fragment');
  switch (url.protocol) {
    case 'https:':
      return { ok: true, value: { kind: 'http', url } };
    case 'http:':
      return LOOPBACK.test(url.hostname)
        ? { ok: true, value: { kind: 'http', url } }
        : refused('is not encrypted; plain http is for loopback only');
    case 'file:':
      try {
        return { ok: true, value: { kind: 'file', path: fileURLToPath(url) } };
      } catch {
        return refused('is no path of this machine');
      }
    default:
      return refused('is neither https nor a file');
  }
}

/** The address of a resource of a service as OPA puts it together: `<url>/<resource>`. */
export function joinResource(serviceUrl: string, resource: string): string {
  return `${serviceUrl.replace(/\/+$/, '')}/${resource.replace(/^\/+/, '')}`;
}
