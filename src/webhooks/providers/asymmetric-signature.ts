import { verify, type KeyObject } from 'node:crypto';
import { Semaphore } from '../../platform/concurrency/semaphore.js';
import { signaturesBusy } from './provider.errors.js';

/** An asymmetric signature over a text. */
export interface AsymmetricClaim {
  readonly key: KeyObject;
  readonly content: readonly (string | Buffer)[];
  /** Undefined for a malformed one. */
  readonly signature: Buffer | undefined;
  /** Null for Ed25519, which has its own. */
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512' | null;
  /** The form of an ECDSA signature: `der` (ASN.1) by default, `ieee-p1363` for the two numbers alone. */
  readonly form?: 'der' | 'ieee-p1363';
}

/** Further signatures wait: the other threads of the pool belong to the rest of the service. */
const AT_ONCE = 2;
const MAX_WAITING = 500;

const turns = new Semaphore(AT_ONCE);
let waiting = 0;

/**
 * Verifies outside the event loop, two at a time, so that they don't delay senders with an HMAC.
 * @throws TidingsError `signature.busy` when 500 others wait: the sender must not be told that its signature is wrong
 */
export async function isSignedWith({ key, content, signature, hash, form = 'der' }: AsymmetricClaim): Promise<boolean> {
  if (signature === undefined || signature.length === 0) return false;
  return inSignatureTurn(() => {
    const message = Buffer.concat(content.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
    return verifyInPool(hash, message, key, form, signature);
  });
}

/**
 * Runs a verification when one of the two turns is free.
 * @throws TidingsError `signature.busy` when 500 others wait
 */
export async function inSignatureTurn<Result>(verification: () => Promise<Result>): Promise<Result> {
  if (waiting >= MAX_WAITING) throw signaturesBusy();
  waiting += 1;
  try {
    return await turns.run(verification);
  } finally {
    waiting -= 1;
  }
}

/** A key of another kind than the scheme's verifies nothing. */
function verifyInPool(
  hash: AsymmetricClaim['hash'],
  message: Buffer,
  key: KeyObject,
  dsaEncoding: 'der' | 'ieee-p1363',
  signature: Buffer,
): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      verify(hash, message, { key, dsaEncoding }, signature, (error, isSigned) => resolve(error === null && isSigned));
    } catch {
      resolve(false);
    }
  });
}
