import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import type { Config } from '../../../platform/config/config.js';

/** RFC 8292, section 2 allows at most a day, by the clock of the push service. */
const EXPIRES_IN_SECONDS = 12 * 3_600;

/**
 * Identifies this server to a push service (RFC 8292), by the database's clock: web-push would sign by the machine's
 * clock, and repeated rejections of a wrong expiry would end the subscription.
 */
export async function vapidHeader(
  endpoint: string,
  { subject, publicKey, privateKey }: NonNullable<Config['vapid']>,
): Promise<string> {
  // An uncompressed point: 4, x, y.
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const key = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d: privateKey }, format: 'jwk' });
  const token = await new SignJWT()
    .setProtectedHeader({ typ: 'JWT', alg: 'ES256' })
    .setAudience(new URL(endpoint).origin)
    .setExpirationTime(Math.floor(databaseNow() / 1_000) + EXPIRES_IN_SECONDS)
    .setSubject(subject)
    .sign(key);
  return `vapid t=${token}, k=${publicKey}`;
}
