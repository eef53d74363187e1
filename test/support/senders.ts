import { createHmac } from 'node:crypto';
import { loadFixtures } from '../../src/webhooks/providers/fixtures.js';
import type { TestSource } from './webhooks.js';

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The answer to a sender, of any content type. */
export interface SenderAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** The value of the Tidings-Delivery-Id header. */
  readonly deliveryId: string;
  readonly duplicate: boolean | undefined;
}

export async function send(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<SenderAnswer> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  const json = text.startsWith('{') ? (JSON.parse(text) as { duplicate?: boolean }) : {};
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text,
    deliveryId: response.headers.get('tidings-delivery-id') ?? '',
    duplicate: json.duplicate,
  };
}

/** Sends a delivery signed as the provider does, with the secret of the source. */
export async function sendSigned(
  provider: string,
  source: TestSource,
  body: string,
  headers: Record<string, string> = {},
): Promise<SenderAnswer> {
  const fixtures = await loadFixtures(provider);
  const context = { secret: source.secret, now: new Date(), url: source.url, options: fixtures.options ?? {} };
  return send(source.url, body, { ...headers, ...fixtures.sign(Buffer.from(body), headers, context) });
}

export const hmacOf = (secret: string, body: string, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHmac('sha256', secret).update(body).digest(encoding);
