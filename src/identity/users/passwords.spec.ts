import { describe, expect, it } from '@jest/globals';
import { hashPassword, isPassword } from './passwords.js';

describe('a password', () => {
  it('is stored as an Argon2id hash with the parameters that OWASP recommends', async () => {
    expect(await hashPassword('a long pass phrase')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('is salted: the same password has a different hash each time', async () => {
    expect(await hashPassword('a long pass phrase')).not.toBe(await hashPassword('a long pass phrase'));
  });

  it('matches its hash, and a wrong one does not', async () => {
    const hash = await hashPassword('a long pass phrase');
    expect(await isPassword('a long pass phrase', hash)).toBe(true);
    expect(await isPassword('A long pass phrase', hash)).toBe(false);
  });

  it('takes the same time to reject for an unknown user', async () => {
    const hash = await hashPassword('a long pass phrase');
    const known = await timeOf(() => isPassword('wrong', hash));
    const unknown = await timeOf(() => isPassword('wrong', undefined));
    expect(await isPassword('', undefined)).toBe(false);
    expect(unknown).toBeGreaterThan(known / 3);
  });
});

/** The minimum of several runs in milliseconds, since noise only adds. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 8; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}
