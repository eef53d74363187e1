import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { returnPath } from './return-path.js';

describe('the path after a sign-in', () => {
  it('stays on this site for any text, however a browser resolves it', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '@',
      ':',
      '?',
      '#',
      '\t',
      '%2f',
      '%5c',
      'evil.example',
      'https:',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => `/${pieces.join('')}`),
    );
    fc.assert(
      fc.property(text, (wanted) => {
        const path = returnPath(wanted);
        for (const base of ['https://tidings.example.com/', 'http://127.0.0.1:3000/a/b'])
          expect(new URL(path, base).origin).toBe(new URL(base).origin);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is kept as it is, with its query', () => {
    const segment = fc.string({ unit: fc.constantFrom(...'abc019-_~'), minLength: 1, maxLength: 8 });
    const path = fc.tuple(fc.array(segment, { minLength: 1 }), fc.option(segment)).map(([segments, query]) => {
      return `/${segments.join('/')}${query === null ? '' : `?a=${query}`}`;
    });
    fc.assert(fc.property(path, (wanted) => expect(returnPath(wanted)).toBe(wanted)));
  });
});
