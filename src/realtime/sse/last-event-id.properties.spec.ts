import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryOf, LastEventId } from './last-event-id.js';

describe('the id of the last event', () => {
  it('holds the position of each channel, in any order', () => {
    const place = fc.tuple(fc.uuid(), fc.nat(1_000_000_000));
    const places = fc.uniqueArray(place, { selector: ([epoch]) => epoch, maxLength: 20 });
    fc.assert(
      fc.property(places, (given) => {
        const id = LastEventId.parse(given.map(([epoch, offset]) => entryOf(epoch, offset)).join(','));
        for (const [epoch, offset] of given) expect(id.positionIn(epoch)).toEqual({ epoch, offset });
      }),
    );
  });

  it('is read from any text, with no position that the text does not have', () => {
    const part = fc.constantFrom(...'0123456789abcdef-.,: ', '..', '0198c5a8-7b1e');
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 60 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.uuid(), (given, epoch) => {
        const found = LastEventId.parse(given).positionIn(epoch);
        if (found !== undefined) expect(given).toContain(epoch.slice(0, 8));
        for (const entry of LastEventId.parse(given).without([])) expect(entry).toMatch(/^[0-9a-f]{1,12}\.\d+$/);
      }),
    );
  });
});
