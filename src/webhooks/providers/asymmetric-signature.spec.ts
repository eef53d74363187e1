import { describe, expect, it } from '@jest/globals';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { TidingsError } from '../../platform/errors.js';
import { isSignedWith } from './asymmetric-signature.js';
import { isSigned } from './signature.js';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const body = Buffer.alloc(10_000, 'a');
const content = [body];
const signature = sign('sha256', body, privateKey);
const claim = { key: publicKey, content, signature, hash: 'sha256' } as const;

const outcomeOf = (verification: Promise<boolean>): Promise<unknown> =>
  verification.catch((error: unknown) => (error instanceof TidingsError ? error.code : error));

describe('asymmetric signatures', () => {
  it('beyond 500 are refused as busy, and not as wrong', async () => {
    const outcomes = await Promise.all(Array.from({ length: 520 }, () => outcomeOf(isSignedWith(claim))));
    expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(500);
    expect(outcomes.slice(500)).toEqual(Array.from({ length: 20 }, () => 'signature.busy'));
    expect(await isSignedWith(claim)).toBe(true);
  });

  it('leave the event loop to HMACs', async () => {
    const waiting = Array.from({ length: 400 }, () => isSignedWith(claim));
    let verified = 0;
    const all = Promise.all(waiting).then(() => verified);
    const digest = createHmac('sha256', 'key').update(body).digest();
    for (let turn = 0; turn < 50; turn++) {
      const signatures = [digest];
      if (isSigned({ algorithm: 'sha256', content, signatures, keys: ['key'] })) verified += 1;
      await new Promise(setImmediate);
    }
    expect(verified).toBe(50);
    expect(await all).toBeGreaterThan(0);
  });

  it.each([
    ['another text', { ...claim, content: ['b'] }],
    ['a malformed signature', { ...claim, signature: Buffer.from('no signature') }],
    ['no signature', { ...claim, signature: undefined }],
    ['another form', { ...claim, form: 'ieee-p1363' as const }],
    ['another hash', { ...claim, hash: 'sha512' as const }],
    ['a key of another kind', { ...claim, key: generateKeyPairSync('ed25519').publicKey }],
  ])('are wrong for %s', async (_name, wrong) => {
    expect(await isSignedWith(wrong)).toBe(false);
  });
});
