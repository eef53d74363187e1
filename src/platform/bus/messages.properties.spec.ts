import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readHints, writeHints } from '../events/log-hint.js';
import { loggedEvent } from '../events/logged-event.js';
import { readAck, readChange, writeAck, writeChange } from '../fence/fence-messages.js';
import { FollowedPartitions } from './followed-partitions.js';
import { pack, unpack } from './envelope.js';

const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019:/_-.'), minLength: 1, maxLength: 20 });
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(' ', '\n', ',', '+', '1', '-1', 'NaN', '1e9', 'a', '{}')).map((parts) => parts.join('')),
);

describe('a message of the bus', () => {
  it('is unpacked as it was packed', () => {
    fc.assert(
      fc.property(word, word, fc.string({ unit: 'binary' }), (node, topic, message) => {
        expect(unpack(pack({ node, topic, message }))).toEqual({ node, topic, message });
      }),
    );
  });

  it('of any other version is read or skipped, and never an error', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        unpack(text);
        readChange(text);
        readAck(text);
        for (const { events } of readHints(text)) expect(events.length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('that says whose rights changed, or how far they are applied, is the same after a round trip', () => {
    const position = fc.nat();
    fc.assert(
      fc.property(position, fc.uuid(), fc.array(fc.uuid(), { minLength: 1 }), (head, epoch, userIds) => {
        const change = { position: head, epoch, userIds };
        expect(readChange(writeChange(change))).toEqual(change);
        const ack = { node: epoch, applied: head, epoch };
        expect(readAck(writeAck(ack))).toEqual(ack);
      }),
    );
  });

  it('that carries events is the same after a round trip, for any payloads', () => {
    const event = fc.record({
      type: word,
      payload: fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }).map((each) => JSON.stringify(each)),
      restricted: fc.option(
        fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }).map((each) => JSON.stringify(each)),
      ),
      actor: fc.option(fc.uuid()),
      sessionId: fc.option(fc.uuid()),
    });
    const hint = fc.tuple(word, fc.uuid(), fc.nat(1_000), fc.array(event, { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(fc.array(hint, { minLength: 1, maxLength: 3 }), (given) => {
        const hints = given.map(([channel, epoch, start, drafts]) => ({
          channel,
          epoch,
          last: start + drafts.length,
          types: [...new Set(drafts.map(({ type }) => type))],
          events: drafts.map((draft, i) => loggedEvent({ ...draft, id: epoch, channel, offset: start + i + 1, ts: 0 })),
        }));
        expect(readHints(writeHints(hints))).toEqual(hints);
      }),
    );
  });
});

describe('the partitions that a process follows', () => {
  it('are those of its keys, after any sequence of follows and unfollows', () => {
    const step = fc.tuple(fc.constantFrom('follow', 'unfollow'), fc.constantFrom('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const listening = new Set<number>();
        const wire = {
          send: () => undefined,
          listen: async (partitions: readonly number[]) => partitions.forEach((each) => listening.add(each)),
          unlisten: (partition: number) => listening.delete(partition),
          close: async () => undefined,
        };
        const followed = new FollowedPartitions(3);
        const counts = new Map<string, number>();
        for (const [verb, key] of steps) {
          const count = counts.get(key) ?? 0;
          if (verb === 'follow') void followed.follow(key, wire);
          else if (count > 0) followed.unfollow(key, wire);
          counts.set(key, verb === 'follow' ? count + 1 : Math.max(0, count - 1));
          const keys = [...counts].filter(([, each]) => each > 0).map(([each]) => each);
          expect(listening).toEqual(new Set(keys.map((each) => followed.partitionOf(each))));
        }
      }),
    );
  });
});
