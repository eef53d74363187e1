import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import type { Config } from '../../../platform/config/config.js';

/** At most a day (RFC 8292, 2), by the clock of the push service. */
const GOOD_FOR_SECONDS = 12 * 3_600;

/**
 * Says who sends, to the service at this address (RFC 8292). By the database's time: web-push signs by the clock of the
 * machine, and a service that refuses such a signature again and again ends the subscription.
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
    .setExpirationTime(Math.floor(databaseNow() / 1_000) + GOOD_FOR_SECONDS)
    .setSubject(subject)
    .sign(key);
  return `vapid t=${token}, k=${publicKey}`;
}
