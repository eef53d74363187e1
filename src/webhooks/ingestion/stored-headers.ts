import type { WebhookRequest } from '../providers/provider.js';

/** Credentials, and what only concerns the connection that is long gone. */
const LEFT_OUT = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** The headers of a delivery as they are kept: lower-case names, without secrets. */
export function storedHeaders(
  headers: WebhookRequest['headers'],
  secretHeaders: readonly string[],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string' && !LEFT_OUT.has(name) && !secretHeaders.includes(name)) kept[name] = value;
  }
  return kept;
}
