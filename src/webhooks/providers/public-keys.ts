import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readKey } from './read-key.js';

export type KeyKind = 'ed25519' | 'p256' | 'rsa';

const ED25519_BYTES = 32;
const P256_BYTES = 64;
const MIN_RSA_BITS = 2048;
const CACHED = 200;
const cache = new Map<string, KeyObject | undefined>();

/**
 * The public key in a secret: PEM (a key or a certificate), DER in base64 (SPKI), or for Ed25519 its 32 bytes in
 * hexadecimal digits or base64. Cached, since reading a key costs as much as a signature.
 * @returns undefined if the secret holds no public key of this kind
 */
export function publicKeyOf(secret: string, kind: KeyKind): KeyObject | undefined {
  const name = `${kind}:${secret}`;
  if (cache.has(name)) return cache.get(name);
  const key = readPublicKey(secret, kind);
  if (cache.size >= CACHED) cache.clear();
  cache.set(name, key);
  return key;
}

function readPublicKey(secret: string, kind: KeyKind): KeyObject | undefined {
  try {
    const key = secret.includes('-----BEGIN') ? keyOfPem(secret) : keyOfBytes(secret, kind);
    return key !== undefined && isOfKind(key, kind) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** A private key would verify too, but the sender keeps that one: the user has mixed them up. */
function keyOfPem(text: string): KeyObject | undefined {
  const pem = text.replaceAll(String.raw`\n`, '\n');
  if (pem.includes('PRIVATE KEY')) return undefined;
  return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

function keyOfBytes(secret: string, kind: KeyKind): KeyObject | undefined {
  const bytes =
    (kind === 'ed25519' && secret.length === 2 * ED25519_BYTES ? readKey(secret, 'hex') : undefined) ??
    readKey(secret, 'base64') ??
    readKey(secret, 'base64url');
  if (bytes === undefined) return undefined;
  if (kind === 'ed25519' && bytes.length === ED25519_BYTES) {
    return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') } });
  }
  // The byte 04 marks an uncompressed point (SEC 1, section 2.3.3).
  if (kind === 'p256' && bytes.length === P256_BYTES + 1 && bytes[0] === 4) {
    const [x, y] = [bytes.subarray(1, 33), bytes.subarray(33)].map((half) => half.toString('base64url'));
    return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } });
  }
  return createPublicKey({ key: bytes, format: 'der', type: 'spki' });
}

function isOfKind(key: KeyObject, kind: KeyKind): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (kind === 'ed25519') return type === 'ed25519';
  if (kind === 'p256') return type === 'ec' && details?.namedCurve === 'prime256v1';
  return type === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS;
}
