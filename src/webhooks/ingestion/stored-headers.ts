import type { WebhookRequest } from '../providers/provider.js';

/** Credentials and hop-by-hop headers. */
const LEFT_OUT = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** The headers that are stored with a delivery: lower-case names, no secrets. */
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
