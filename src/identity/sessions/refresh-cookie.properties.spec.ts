import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCookie } from './refresh-cookie.js';

const value = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 1, maxLength: 60 });
const other = fc.tuple(
  fc.constantFrom('a', 'the_token', 'token2', ' x'),
  fc.string({ unit: fc.constantFrom(...'ab= "') }),
);

describe('a cookie', () => {
  it('is found among any others, and not if there are two of its name', () => {
    fc.assert(
      fc.property(value, fc.array(other), fc.array(other), fc.boolean(), (sent, before, after, isTwice) => {
        const others = (pairs: typeof before) => pairs.map(([name, text]) => `${name}=${text}`);
        const own = isTwice ? [`token=${sent}`, `token=${sent}`] : [`token=${sent}`];
        const header = [...others(before), ...own, ...others(after)].join('; ');
        expect(readCookie('token', header)).toBe(isTwice ? undefined : sent);
      }),
    );
  });

  it('is read from any header without an error, and has only the characters of a token', () => {
    const piece = fc.constantFrom('token', '=', ';', ' ', 'a', '"', '\\', ',');
    const header = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(header, (text) => {
        const found = readCookie('token', text);
        if (found !== undefined) expect(found).toMatch(/^[\w-]{1,200}$/);
      }),
    );
  });
});
