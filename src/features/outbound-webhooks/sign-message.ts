import { createHmac, randomBytes } from 'node:crypto';
import { databaseNow } from '../../platform/clock/database-clock.js';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A new secret in the format of the receivers' libraries. */
export const newSigningSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString('base64');

/**
 * The headers of https://www.standardwebhooks.com: an HMAC with each secret over `id.timestamp.body`, so that a
 * receiver can verify with either of them during a rotation.
 */
export function signedHeaders(
  id: string,
  body: string | Buffer,
  secrets: readonly string[],
  now = databaseNow(),
): Record<string, string> {
  const timestamp = Math.floor(now / 1000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') };
}
