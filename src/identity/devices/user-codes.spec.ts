import { describe, expect, it } from '@jest/globals';
import { Config } from '../../platform/config/config.js';
import { UserCodes } from './user-codes.js';

const codesOf = (jwtSecret: string) => new UserCodes(new Config({ jwtSecret } as Config));
const codes = codesOf('a secret of this installation');

describe('user codes', () => {
  it('have eight consonants and differ', () => {
    const made = Array.from({ length: 200 }, () => codes.make());
    for (const code of made) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(new Set(made).size).toBe(200);
  });

  it('are the same in lower case, with spaces and without the hyphen', () => {
    for (const typed of ['bcdf-ghjk', 'BCDFGHJK', ' bcdf ghjk '])
      expect(codes.hash(typed)).toEqual(codes.hash('BCDF-GHJK'));
    expect(codes.hash('BCDF-GHJL')).not.toEqual(codes.hash('BCDF-GHJK'));
  });

  it('have another hash in another installation', () => {
    expect(codesOf('another secret').hash('BCDF-GHJK')).not.toEqual(codes.hash('BCDF-GHJK'));
  });
});
