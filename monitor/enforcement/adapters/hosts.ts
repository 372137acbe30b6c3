/** Host and port of an absolute `http` or `https` address without user information, in lower case; null for anything else. */
export function canonicalHost(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const isPlain = (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
  return isPlain && url.hostname !== '' ? url.host.toLowerCase() : null;
}

/** Whether `host` or `host:port` is what a pattern names: the same text, or a subdomain for `*.example.org`. */
export function matchesHost(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase();
  if (!wanted.startsWith('*.')) return wanted === host;
  const suffix = wanted.slice(1);
  return host.length > suffix.length && host.endsWith(suffix);
}
