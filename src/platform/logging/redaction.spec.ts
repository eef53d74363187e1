import { describe, expect, it } from '@jest/globals';
import { censor } from './redaction.js';

const LONG = 100_000;

describe('censor', () => {
  it.each([
    ['letters', 'a'],
    ['token prefixes', '-eyJ'],
    ['secret names', 'token '],
    ['URL prefixes', 'a://a:'],
    ['schemes', 'Bearer '],
  ])('handles a long line of %s in linear time', (_what, part) => {
    const line = part.repeat(LONG / part.length);
    const begin = performance.now();
    censor(line);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });

  it.each([
    ['a URL', 'postgres://tidings:canary@db/tidings', 'postgres://tidings:[redacted]@db/tidings'],
    ['a URL after a digit', '1redis+cluster://:canary@cache:6379', '1redis+cluster://:[redacted]@cache:6379'],
    ['a token after a hyphen', 'a token-eyJhbGciOiJ9.eyJjYW5hcnki.c2lnbmF0dXJl', 'a token-[redacted]'],
    ['a token with a long header', `eyJ${'a'.repeat(900)}.canary.canary`, '[redacted]'],
  ])('redacts %s', (_what, line, censored) => {
    expect(censor(line)).toBe(censored);
  });
});
