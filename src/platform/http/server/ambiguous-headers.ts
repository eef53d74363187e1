/** Node keeps the first value of these headers, while a proxy in front may have checked the last. */
const ONCE: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'origin',
  'content-length',
  'transfer-encoding',
  'x-tidings-session',
  'sec-websocket-key',
  'sec-websocket-version',
]);

/** Characters that a host cannot contain (RFC 3986, 3.2.2), as in a URL or a list of hosts. */
const NO_HOST = /[\s/\\?#@,]/;

/**
 * The reason why a request is ambiguous (RFC 9112, 3.2 and 6.3): a header that must be unique is repeated, or Host is
 * invalid. Such HTTP requests and upgrades are rejected.
 * @param rawHeaders names and values in turn, as Node received them
 */
export function ambiguityOf(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return `headers: ${name} is repeated`;
    if (name === 'host' && NO_HOST.test(rawHeaders[at + 1] ?? '')) return 'headers: host is invalid';
    seen.add(name);
  }
  return undefined;
}
