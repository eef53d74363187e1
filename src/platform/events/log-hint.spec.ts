import { describe, expect, it } from '@jest/globals';
import { BUS_MESSAGE_BYTES } from '../bus/bus.js';
import { readHints, writeCompactHint, writeGrowth, writeHints, type LogHint } from './log-hint.js';
import { loggedEvent } from './logged-event.js';

const event = (offset: number, title: string) =>
  loggedEvent({
    type: 'thing:happened',
    id: '0198c5a8-7b1e-7c7a-9f43-0c5b2f1d2e3a',
    channel: 'things:1',
    offset,
    ts: 1,
    actor: null,
    payload: JSON.stringify({ title }),
  });

const hints: LogHint[] = [
  {
    channel: 'things:1',
    epoch: 'e1',
    last: 8,
    types: ['thing:happened', 'thing:done'],
    events: [event(7, 'a "quoted"\nline'), event(8, 'ü')],
  },
  { channel: 'things:2', epoch: 'e2', last: 3, types: ['thing:happened'], events: [] },
];

describe('log hints', () => {
  it('contain the connections that caused their events', () => {
    const origin = {
      sessionId: '0198c5a8-7b1e-4c7a-9f43-0c5b2f1d2e3a',
      userId: '0198c5a8-7b1e-7c7a-9f43-0c5b2f1d2e3b',
    };
    const caused: LogHint = {
      channel: 'things:1',
      epoch: 'e1',
      last: 8,
      types: ['thing:happened'],
      events: [event(7, 'a'), { ...event(8, 'b'), origin }],
    };
    expect(readHints(writeHints([caused, ...hints]))).toEqual([caused, ...hints]);
  });

  it('contain the restricted fields of their events, apart from what the release before shows', () => {
    const origin = {
      sessionId: '0198c5a8-7b1e-4c7a-9f43-0c5b2f1d2e3a',
      userId: '0198c5a8-7b1e-7c7a-9f43-0c5b2f1d2e3b',
    };
    const restricted = JSON.stringify({ body: 'two words, a comma\nand ü' });
    const [first, second] = [event(7, 'a'), event(8, 'b')];
    const hint: LogHint = {
      channel: 'things:1',
      epoch: 'e1',
      last: 8,
      types: ['thing:happened'],
      events: [first, { ...second, origin, restricted }],
    };
    const message = writeHints([hint, ...hints]);
    expect(readHints(message)).toEqual([hint, ...hints]);
    const [line = '', ...events] = message.split('\n');
    expect(events.slice(0, 2)).toEqual([first.json, second.json]);
    // The release before takes the words of three parts for origins, and skips others.
    const origins = line
      .split(' ')
      .slice(5)
      .map((word) => word.split(',').length);
    expect(origins).toEqual([3, 2]);
  });

  it('are the same after a round trip, with the offsets of their events', () => {
    expect(readHints(writeHints(hints))).toEqual(hints);
  });

  it('omit events that do not fit into a bus message', () => {
    const big: LogHint = {
      channel: 'things:1',
      epoch: 'e1',
      last: 7,
      types: ['thing:happened'],
      events: [event(7, 'x'.repeat(BUS_MESSAGE_BYTES))],
    };
    expect(readHints(writeCompactHint(big, writeHints([big])))).toEqual([{ ...big, events: [] }]);
    for (const hint of hints) expect(writeCompactHint(hint, writeHints([hint]))).toBe(writeHints([hint]));
  });

  it('omit types that do not fit into a bus message', () => {
    const types = Array.from({ length: 200 }, (_, i) => `${'x'.repeat(90)}${i}`);
    const varied: LogHint = { channel: 'things:1', epoch: 'e1', last: 7, types, events: [] };
    for (const message of [writeCompactHint(varied, 'x'.repeat(BUS_MESSAGE_BYTES + 1)), ...writeGrowth([varied])]) {
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(BUS_MESSAGE_BYTES);
      expect(readHints(message)).toEqual([{ ...varied, types: [''] }]);
    }
  });

  it('have no events for consumers', () => {
    expect(writeGrowth(hints).map(readHints)).toEqual([hints.map((hint) => ({ ...hint, events: [] }))]);
  });

  it('are split into several bus messages for many channels', () => {
    const many = Array.from({ length: 500 }, (_, i): LogHint => {
      return { channel: `things:${'x'.repeat(30)}${i}`, epoch: 'e1', last: i, types: ['thing:happened'], events: [] };
    });
    const messages = writeGrowth(many);
    expect(messages.length).toBeGreaterThan(1);
    for (const message of messages) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(BUS_MESSAGE_BYTES);
    expect(messages.flatMap(readHints)).toEqual(many);
  });

  it.each(['', ' ', 'things:1', 'things:1 e1 3', '\n\n'])('are skipped when malformed: %j', (message) => {
    expect(readHints(message)).toEqual([]);
  });
});
