import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern } from './schema-pattern.js';

const PIECES = ['a', 'b', '.', '*', '+', '?', '(', ')', '[', ']', '|', '^', '$', '{2}', '{2,}', '{9}', '[^a]', '(?='];
const piece = fc.constantFrom(...PIECES, String.raw`\d`, String.raw`\1`);
const pattern = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

describe('a pattern of a schema', () => {
  it('is refused with a reason, or decides as the engine of the language does', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '1', ' '), { maxLength: 10 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(pattern, text, (given, sent) => {
        let compiled;
        try {
          compiled = compilePattern(given);
        } catch (error) {
          expect((error as Error).message).not.toBe('');
          return;
        }
        const own = patternOf(given);
        if (own !== undefined) expect(compiled.test(sent)).toBe(own.test(sent));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes time linear in the length of the text', () => {
    const long = 'a'.repeat(3_000);
    fc.assert(
      fc.property(pattern, (given) => {
        let compiled;
        try {
          compiled = compilePattern(given);
        } catch {
          return;
        }
        const { user } = process.cpuUsage();
        compiled.test(`${long}!`);
        expect((process.cpuUsage().user - user) / 1_000).toBeLessThan(1_000);
      }),
      { numRuns: 200 },
    );
  });
});

/** Some patterns mean something else, or nothing, with the flag of JSON Schema. */
function patternOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}
