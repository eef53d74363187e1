import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventFields } from '../../platform/events/logged-event.js';
import { isContentFilter, matcherOf, type ContentFilter } from './content-filter.js';

const ALLOWED = ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$exists', '$size', '$all', '$and', '$or'];
const OPERATORS = [...ALLOWED, '$nor', '$not', '$elemMatch', '$regex', '$where', '$type', '$mod', '$', '$expr'];
const name = fc.oneof(
  fc.constantFrom(
    'type',
    'channel',
    'actor',
    'payload',
    'payload.a',
    'payload.a.b',
    'payload.0',
    '__proto__',
    'a',
    'b',
  ),
  fc.constantFrom(...OPERATORS),
  fc.string({ maxLength: 8 }),
);
const scalar = fc.oneof(
  fc.constantFrom(null, true, false, '', 'a', 0, 1, -1.5, '__proto__', '2026-11-20T12:00:00Z'),
  fc.string({ maxLength: 8 }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));
const filter = fc.dictionary(name, value, { maxKeys: 3 }) as fc.Arbitrary<ContentFilter>;
const event: fc.Arbitrary<EventFields> = fc.record({
  type: fc.constantFrom('a', 'order.paid'),
  id: fc.constant('i'),
  channel: fc.constant('topic:w/a'),
  offset: fc.constant(1),
  ts: fc.constant(0),
  actor: fc.constantFrom(null, 'a'),
  payload: fc
    .oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('a', 'b', '0'), fc.jsonValue()))
    .map((payload) => JSON.stringify(payload)),
});

describe('a content filter', () => {
  it('is accepted or refused, and an accepted one decides about every event without an error', () => {
    fc.assert(
      fc.property(filter, fc.array(event, { minLength: 1, maxLength: 5 }), (given, events) => {
        if (!isContentFilter(given)) return;
        const matches = matcherOf(given);
        for (const each of events) expect(typeof matches(each)).toBe('boolean');
      }),
      { numRuns: 3_000 },
    );
  });

  it('is not changed by its use, and decides the same each time', () => {
    fc.assert(
      fc.property(filter, event, (given, each) => {
        fc.pre(isContentFilter(given));
        const before = JSON.stringify(given);
        const outcomes = [matcherOf(given)(each), matcherOf(given)(each)];
        expect(outcomes[0]).toBe(outcomes[1]);
        expect(JSON.stringify(given)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });
});
