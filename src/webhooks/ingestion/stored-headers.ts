import type { WebhookRequest } from '../providers/provider.js';

/** Credentials and hop-by-hop headers. */
const LEFT_OUT = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** The headers that are stored with a delivery: lower-case names, no secrets. */
export function storedHeaders(
  headers: WebhookRequest['headers'],
  secretHeaders: ReadonlySet<string>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string' && !LEFT_OUT.has(name) && !secretHeaders.has(name)) kept[name] = value;
  }
  return kept;
}
