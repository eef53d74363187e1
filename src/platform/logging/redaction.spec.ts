import { describe, expect, it } from '@jest/globals';
import { censor } from './redaction.js';

const LONG = 100_000;

describe('the last net over a line of the log', () => {
  it.each([
    ['letters', 'a'],
    ['beginnings of tokens', '-eyJ'],
    ['names of secrets', 'token '],
    ['beginnings of addresses', 'a://a:'],
    ['schemes', 'Bearer '],
  ])('is cast over a long line of %s within a moment', (_what, part) => {
    const line = part.repeat(LONG / part.length);
    const begin = performance.now();
    censor(line);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });

  it.each([
    ['an address', 'postgres://tidings:canary@db/tidings', 'postgres://tidings:[redacted]@db/tidings'],
    ['an address after a digit', '1redis+cluster://:canary@cache:6379', '1redis+cluster://:[redacted]@cache:6379'],
    ['a token after a hyphen', 'a token-eyJhbGciOiJ9.eyJjYW5hcnki.c2lnbmF0dXJl', 'a token-[redacted]'],
    ['a token with a long head', `eyJ${'a'.repeat(900)}.canary.canary`, '[redacted]'],
  ])('finds what is secret in %s', (_what, line, censored) => {
    expect(censor(line)).toBe(censored);
  });
});
