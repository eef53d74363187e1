import { createPublicKey, type KeyObject } from 'node:crypto';

import { isSignedWith } from './asymmetric-signature.js';
import type { SecretReading, SignatureEvidence, VerificationContext, WebhookRequest } from './provider.js';
import { decodeBase64, isSigned, MAX_SIGNATURES } from './signature.js';
import { isInWindow, secondsAsMs } from './timestamp-window.js';

const ED25519_BYTES = 64;

/**
 * The scheme of https://www.standardwebhooks.com: `v1` is an HMAC with a `whsec_` secret, `v1a` an ed25519 signature
 * for a `whpk_` public key, both over `id.timestamp.body`. A sender lists several signatures during a key rotation.
 * The check is synchronous unless there are both an ed25519 signature and a public key.
 * @throws TidingsError `signature.busy`, as a rejection, when too many asymmetric signatures wait
 */
export function isStandardSigned(
  { headers, body }: WebhookRequest,
  prefix: 'webhook' | 'svix',
  { secrets, now }: Pick<VerificationContext, 'secrets' | 'now'>,
): boolean | Promise<boolean> {
  const id = headers[`${prefix}-id`];
  const timestamp = headers[`${prefix}-timestamp`];
  const list = headers[`${prefix}-signature`]?.split(' ') ?? [];
  if (!id || !isInWindow(timestamp, now) || list.length > MAX_SIGNATURES) return false;
  const content = [`${id}.${timestamp}.`, body];
  const symmetric = isSigned({
    algorithm: 'sha256',
    content,
    signatures: signaturesOf(list, 'v1,'),
    keys: secrets.map(hmacKey).filter((key) => key !== undefined),
  });
  return symmetric || isSignedByOwner(content, signaturesOf(list, 'v1a,'), secrets);
}

function signaturesOf(list: readonly string[], version: string): (Buffer | undefined)[] {
  return list.filter((item) => item.startsWith(version)).map((item) => decodeBase64(item.slice(version.length)));
}

const LISTED = /^(?:v1a?,)?wh(?:sec|pk)_[^\s|]+(?:[\s|]+(?:v1a?,)?wh(?:sec|pk)_[^\s|]+)*$/;

/** Accepts the formats of several consoles: with the signature version, in base64url, or as a list. */
export function readStandardSecret(text: string): SecretReading {
  const readings = (LISTED.test(text) ? text.split(/[\s|]+/) : [text]).map(readOneSecret);
  const problem = readings.find((reading) => 'problem' in reading);
  return problem ?? { keys: readings.flatMap((reading) => ('keys' in reading ? reading.keys : [])) };
}

function readOneSecret(text: string): SecretReading {
  const [, prefix = 'whsec_', rest = ''] = /^(?:v1a?,)?(wh[a-z]+_)?(.*)$/s.exec(text) ?? [];
  const base64 = rest
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '');
  const isBase64 = /^[A-Za-z0-9+/]+$/.test(base64) && base64.length % 4 !== 1;
  const bytes = Buffer.from(base64, 'base64');
  if (prefix === 'whsk_') return { problem: 'is a private key: give the public one, which begins with whpk_' };
  if (prefix === 'whpk_') {
    const isKey = isBase64 && bytes.length === 32;
    return isKey ? { keys: [`whpk_${bytes.toString('base64')}`] } : { problem: 'is not whpk_ and 32 bytes in base64' };
  }
  if (prefix !== 'whsec_' || !isBase64) return { problem: 'is not whsec_ and base64, as the sender shows it' };
  return { keys: [`whsec_${bytes.toString('base64')}`] };
}

/** Headers under the names of the specification or of Svix. */
export const standardEvidence: SignatureEvidence = {
  headers: () => ['webhook-signature', 'svix-signature'],
  signedAt: ({ headers }) => secondsAsMs(headers['webhook-timestamp'] ?? headers['svix-timestamp']),
};

/** The prefix is optional. Invalid base64 is rejected, since Node would decode it to a shorter key. */
function hmacKey(secret: string): Buffer | undefined {
  if (secret.startsWith('whpk_')) return undefined;
  const base64 = secret.replace(/^whsec_/, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}

function isSignedByOwner(
  content: readonly (string | Buffer)[],
  listed: readonly (Buffer | undefined)[],
  secrets: readonly string[],
): boolean | Promise<boolean> {
  const signatures = listed.filter((signature) => signature?.length === ED25519_BYTES);
  if (signatures.length === 0) return false;
  const keys = secrets.map(publicKey).filter((key) => key !== undefined);
  return keys.length > 0 && isSignedByOneOf(keys, content, signatures);
}

async function isSignedByOneOf(
  keys: readonly KeyObject[],
  content: readonly (string | Buffer)[],
  signatures: readonly (Buffer | undefined)[],
): Promise<boolean> {
  for (const key of keys)
    for (const signature of signatures) if (await isSignedWith({ key, content, signature, hash: null })) return true;
  return false;
}

function publicKey(secret: string): KeyObject | undefined {
  const bytes = secret.startsWith('whpk_') ? decodeBase64(secret.slice('whpk_'.length)) : undefined;
  if (bytes?.length !== 32) return undefined;
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') } });
}
