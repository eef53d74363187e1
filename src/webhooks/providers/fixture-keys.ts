import { createECDH, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Key pairs of made-up senders. */

/** The Ed25519 key of a seed of 32 bytes. */
export function ed25519Of(seed: number): KeyObject {
  // The fixed beginning of PKCS #8 for Ed25519 (RFC 8410, section 7).
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** The 32 bytes of its public key in hexadecimal digits. */
export function rawPublicKey(key: KeyObject): string {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
}

/** The ECDSA key on P-256 of a seed of 32 bytes. */
export function p256Of(seed: number): KeyObject {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(Buffer.alloc(32, seed));
  const point = curve.getPublicKey();
  const [d, x, y] = [curve.getPrivateKey(), point.subarray(1, 33), point.subarray(33)].map((n) =>
    n.toString('base64url'),
  );
  return createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', d: d ?? '', x: x ?? '', y: y ?? '' } });
}

/** Its public key as DER (SPKI) in base64. */
export function spkiOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
}

const rsaKeys = new Map<string, KeyObject>();

/** A new RSA key for each name in each process: RSA keys can't be made from a seed. */
export function rsaKeyOf(name: string, modulusLength = 2048): KeyObject {
  const known = rsaKeys.get(name);
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  rsaKeys.set(name, privateKey);
  return privateKey;
}
