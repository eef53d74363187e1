/** The part of a delivery that its command needs. */
export interface CurlRequest {
  readonly method: 'POST' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly bodyEncoding?: 'utf8' | 'base64' | undefined;
}

/** curl sets them itself, or they belong to the connection that brought the delivery. */
const LEFT_OUT = new Set(['host', 'content-length', 'accept-encoding', 'connection', 'user-agent', 'accept']);

/** Quotes for a POSIX shell. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The command that sends a delivery again to the URL of its source; undefined without its body. */
export function curlOf(delivery: CurlRequest, url: string): string | undefined {
  const { method, headers, body, bodyEncoding } = delivery;
  if (body === undefined) return undefined;
  if (method === 'GET') return `curl ${quote(`${url}?${body}`)}`;
  const names = Object.keys(headers).filter((name) => !LEFT_OUT.has(name) && !name.startsWith('x-forwarded-'));
  const lines = names.map((name) => `-H ${quote(`${name}: ${headers[name]}`)}`);
  if (!names.includes('content-type')) lines.push("-H 'content-type:'");
  // The bytes come from standard input, so that curl reads no file that the body names with `@`.
  const isBinary = bodyEncoding === 'base64';
  const input = isBinary ? `printf %s ${quote(body)} | base64 -d` : `printf %s ${quote(body)}`;
  return `${input} | ${['curl -X POST', quote(url), ...lines, '--data-binary @-'].join(' \\\n  ')}`;
}
