/** Node keeps the first of these, and a proxy before it may have judged by the last. */
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

/** What can't be part of a host (RFC 3986, 3.2.2): an address put in its place, or several hosts in one header. */
const NO_HOST = /[\s/\\?#@,]/;

/**
 * The reason why a request may be understood in two ways (RFC 9112, 3.2 and 6.3): a header that there may be only once
 * comes twice, or the host is none. HTTP requests and upgrades alike are refused for it.
 * @param rawHeaders names and values in turn, as Node received them
 */
export function ambiguityOf(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return `headers: ${name} comes twice`;
    if (name === 'host' && NO_HOST.test(rawHeaders[at + 1] ?? '')) return 'headers: host is none';
    seen.add(name);
  }
  return undefined;
}
