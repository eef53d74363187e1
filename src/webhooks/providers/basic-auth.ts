import { isUtf8 } from 'node:buffer';
import type { Provider, SecretReading } from './provider.js';
import { decodeBase64, isOneOf } from './signature.js';

/**
 * Verifies a user name and a password (RFC 7617); the secret is `user:password`. They don't cover the body: TLS alone
 * protects it.
 */
export const basicAuth: Required<Pick<Provider, 'readSecret' | 'verify' | 'evidence' | 'secretHeaders' | 'proof'>> = {
  proof: 'password',
  readSecret: readCredentials,
  verify: ({ headers }, { secrets }) => isOneOf(credentialsIn(headers['authorization']), secrets.filter(hasPassword)),
  evidence: { headers: () => ['authorization'] },
  secretHeaders: ['authorization'],
};

/** @returns the `user:password` of an Authorization header; undefined for another scheme or malformed credentials */
export function credentialsIn(authorization: string | undefined): string | undefined {
  const base64 = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')?.[1];
  const bytes = decodeBase64(base64);
  return bytes !== undefined && isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** The name may be empty; without a password any request would pass that names the user. */
const hasPassword = (secret: string): boolean => /:./s.test(secret);

function readCredentials(secret: string): SecretReading {
  const problem = 'is not a user name and a password: write them as user:password';
  return hasPassword(secret) ? { keys: [secret] } : { problem };
}
