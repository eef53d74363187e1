import { describe, expect, it } from '@jest/globals';
import { RefusalSampling } from './refusal-sampling.js';

const takenOf = (sampling: RefusalSampling, sources: readonly string[], now: number): number =>
  sources.filter((source) => sampling.take(source, now)).length;

const many = (count: number, source: (i: number) => string) => Array.from({ length: count }, (_, i) => source(i));

describe('RefusalSampling', () => {
  it('takes ten requests a second of one source, and does not keep others from theirs', () => {
    const sampling = new RefusalSampling();
    const start = performance.now();
    expect(
      takenOf(
        sampling,
        many(5_000, () => 'flooded'),
        start,
      ),
    ).toBe(10);
    expect(sampling.take('quiet', start)).toBe(true);
    expect(
      takenOf(
        sampling,
        many(5_000, () => 'flooded'),
        start + 1_000,
      ),
    ).toBe(10);
  });

  it('takes at most a hundred at once of all sources', () => {
    const sampling = new RefusalSampling();
    const start = performance.now();
    expect(
      takenOf(
        sampling,
        many(5_000, (i) => `source ${i}`),
        start,
      ),
    ).toBe(100);
  });
});
