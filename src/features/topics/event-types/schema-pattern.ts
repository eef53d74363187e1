import type { RegExpEngine } from 'ajv/dist/types/index.js';
import { RE2JS } from 're2js';

const MAX_LENGTH = 256;
const MAX_PROGRAM_SIZE = 500;
/** Characters times the size of the pattern: at most about 100 ms for the patterns of one payload. */
const MAX_WORK = 1_000_000;

/** Matching the patterns of a schema against a payload takes too long. */
export class PatternsTooSlow extends Error {}

/** The work that patterns may still do for the payload that is being checked. */
export class PatternBudget {
  private left = MAX_WORK;

  renew(): void {
    this.left = MAX_WORK;
  }

  /** @throws PatternsTooSlow */
  spend(work: number): void {
    this.left -= work;
    if (this.left < 0) throw new PatternsTooSlow();
  }

  /** Matches without backtracking, in place of the engine of the language. */
  readonly engine: RegExpEngine = Object.assign(
    (pattern: string) => {
      const compiled = compilePattern(pattern);
      const size = compiled.programSize();
      return {
        test: (text: string): boolean => {
          this.spend((text.length + 1) * size);
          return compiled.test(text);
        },
      };
    },
    { code: 'undefined' },
  );
}

/**
 * Compiles a pattern so that matching takes time linear in the length of the text.
 * @throws Error with the reason: a backreference, a lookahead, an unknown escape, or a pattern that is too large
 */
export function compilePattern(pattern: string): RE2JS {
  if (pattern.length > MAX_LENGTH) throw new Error(`it is longer than ${MAX_LENGTH} characters`);
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  if (compiled.programSize() > MAX_PROGRAM_SIZE) throw new Error('it has too many repetitions or alternatives');
  return compiled;
}
