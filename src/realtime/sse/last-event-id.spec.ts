import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { entryOf, LastEventId } from './last-event-id.js';

const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
const place = (epoch: string, offset: number) => ({ offset, position: { channel: `a:${epoch}`, epoch, offset } });

describe('LastEventId', () => {
  it('returns the positions of its channels in any order', () => {
    const point = LastEventId.parse([entryOf(first, 42), entryOf(second, 0)].join());
    expect(point.positionIn(second)).toEqual({ epoch: second, offset: 0 });
    expect(point.positionIn(first)).toEqual({ epoch: first, offset: 42 });
    expect(point.positionIn(third)).toBeUndefined();
  });

  it('parses whole epochs too, as in positions of REST lists', () => {
    expect(LastEventId.parse(` ${first.toUpperCase()}.7`).positionIn(first)).toEqual({ epoch: first, offset: 7 });
  });

  it('takes less than twenty characters for a channel of a hundred thousand events', () => {
    expect(entryOf(first, 100_000).length).toBeLessThan(20);
  });

  it.each([
    '',
    ',',
    'x',
    first,
    `${first}.`,
    `${first}.-1`,
    `${first}.1.5`,
    `${first}.0x1`,
    `${first}.${'9'.repeat(16)}`,
    `${first}x.1`,
    `${first.slice(0, 11)}.1`,
    `\u0000${first}.1`,
  ])('knows nothing from %j', (text) => {
    expect(LastEventId.parse(text).positionIn(first)).toBeUndefined();
    expect(LastEventId.parse(`${text},${second}.1`).positionIn(second)).toEqual({ epoch: second, offset: 1 });
  });

  it('parses long ids fast', () => {
    const point = LastEventId.parse(`${Array.from({ length: 100_000 }, () => 'x').join()},${first}.1`);
    expect(point.positionIn(first)).toBeUndefined();
  });

  it('keeps the entries of channels without a subscription only', () => {
    const point = LastEventId.parse([entryOf(first, 1), entryOf(second, 2)].join());
    expect(point.without([])).toEqual([entryOf(first, 1), entryOf(second, 2)]);
    expect(point.without([place(first, 5)])).toEqual([entryOf(second, 2)]);
  });
});
