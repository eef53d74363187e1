import { describe, expect, it } from '@jest/globals';
import { Dice } from '../support/dice.js';
import { faultsOf, NO_FAULTS, Sequence } from '../support/following/sequence.js';

/** Returns the sequence of a subscriber that receives 1,000 events with one fault. */
function sequenceWith(injectFault: (offsets: number[], at: number) => void, seed: number): Sequence {
  const offsets = Array.from({ length: 1_000 }, (_, i) => 43 + i);
  injectFault(offsets, 1 + new Dice(seed).below(997));
  const sequence = new Sequence();
  sequence.startOver(42);
  for (const offset of offsets) sequence.take(offset);
  return sequence;
}

describe('the sequence checker', () => {
  it.each([
    ['no fault', () => undefined, NO_FAULTS],
    ['a lost event', (offsets: number[], at: number) => void offsets.splice(at, 1), { ...NO_FAULTS, gaps: 1 }],
    [
      'lost consecutive events',
      (offsets: number[], at: number) => void offsets.splice(Math.min(at, 900), 50),
      { ...NO_FAULTS, gaps: 1 },
    ],
    ['a lost last event', (offsets: number[]) => void offsets.splice(-1), { ...NO_FAULTS, gaps: 1 }],
    [
      'a duplicate event',
      (offsets: number[], at: number) => void offsets.splice(at, 0, offsets[at] ?? 0),
      { ...NO_FAULTS, duplicates: 1 },
    ],
    [
      'repeated consecutive events',
      (offsets: number[], at: number) => {
        const from = Math.min(at, 900);
        offsets.splice(from + 10, 0, ...offsets.slice(from, from + 3));
      },
      { ...NO_FAULTS, duplicates: 3 },
    ],
    [
      'two events out of order',
      (offsets: number[], at: number) => void offsets.splice(at, 2, offsets[at + 1] ?? 0, offsets[at] ?? 0),
      { gaps: 1, duplicates: 0, disorder: 1 },
    ],
  ])('finds %s at any position', (_, injectFault, faults) => {
    for (let seed = 0; seed < 50; seed++) expect(faultsOf([sequenceWith(injectFault, seed)], 1_042)).toEqual(faults);
  });

  it('counts a loss that the server reports as a restart and not as a gap', () => {
    const sequence = new Sequence();
    sequence.startOver(10);
    sequence.take(11);
    sequence.startOver(500);
    sequence.take(501);
    expect(sequence).toMatchObject({ ...NO_FAULTS, restarts: 1, last: 501 });
  });
});
