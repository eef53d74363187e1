import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import type { Bus } from '../bus/bus.js';
import { defineEvent } from './define-event.js';
import { draftEvent, EventLog } from './event-log.js';
import { LogReader } from './log-reader.js';
import { wholeJson } from './logged-event.js';

const counted = defineEvent('number:counted', z.object({ n: z.number() }));
const sent = defineEvent('letter:sent', z.object({ to: z.string(), text: z.string().optional() }), ['text']);
const silentBus = { publishTo: () => undefined } as unknown as Bus;

let opened: OpenedDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened?.drop());

describe('EventLog.append', () => {
  it('returns the place of each event as the log holds it, in the order of the drafts', async () => {
    const log = new EventLog(silentBus);
    const append = () => {
      const drafts = ['odd:1', 'even:1', 'odd:1'].map((channel, n) => draftEvent(counted, channel, { n }));
      return opened.database.transaction((tx) => log.append(tx, drafts));
    };
    const places = [...(await append()), ...(await append())];
    expect(places.map(({ channel, offset }) => `${channel} ${offset}`)).toEqual([
      'odd:1 1',
      'even:1 1',
      'odd:1 2',
      'odd:1 3',
      'even:1 2',
      'odd:1 4',
    ]);
    const held = await opened.database.query<{ id: string; channel: string; offset: string }>(
      `SELECT events.id, channels.name AS channel, events."offset" FROM events
       JOIN channels ON channels.id = events.channel_id`,
    );
    const stored = held.map(({ id, channel, offset }) => ({ id, channel, offset: Number(offset) }));
    expect(stored).toHaveLength(places.length);
    expect(stored).toEqual(expect.arrayContaining(places));
  });

  it('continues the offsets of concurrent transactions, whichever channels they name first', async () => {
    const log = new EventLog(silentBus);
    const names = ['busy:1', 'busy:2', 'busy:3'];
    const append = (_: unknown, i: number) => {
      const order = i % 2 === 0 ? names : names.toReversed();
      const drafts = [...order, ...order].map((channel, n) => draftEvent(counted, channel, { n }));
      return opened.database.transaction((tx) => log.append(tx, drafts));
    };
    const places = (await Promise.all(Array.from({ length: 20 }, append))).flat();
    const stored = await opened.database.query<{ name: string; head: string; ids: string[]; isInOrder: boolean }>(
      `SELECT name, head, array_agg(events.id::text ORDER BY "offset") AS ids,
         array_agg(events.id ORDER BY created_at, "offset") = array_agg(events.id ORDER BY "offset") AS "isInOrder"
       FROM channels JOIN events ON events.channel_id = channels.id
       WHERE name = ANY($1) GROUP BY channels.id ORDER BY name`,
      [names],
    );
    const promised = (name: string) =>
      places
        .filter(({ channel }) => channel === name)
        .toSorted((one, other) => one.offset - other.offset)
        .map(({ id }) => id);
    expect(stored).toEqual(names.map((name) => ({ name, head: '40', ids: promised(name), isInOrder: true })));
  });

  it('creates a channel again that vanished after its first event', async () => {
    const log = new EventLog(silentBus);
    const append = (attempts: string[]) =>
      opened.database.transaction((tx) => {
        attempts.push('attempt');
        return log.append(tx, [draftEvent(counted, 'gone:1', { n: 1 })]);
      });
    await append([]);
    await opened.database.query(`DELETE FROM channels WHERE name = 'gone:1'`);
    const attempts: string[] = [];
    expect(await append(attempts)).toMatchObject([{ channel: 'gone:1', offset: 1 }]);
    expect(attempts).toHaveLength(2);
  });

  it('stores restricted fields beside the payload', async () => {
    const log = new EventLog(silentBus);
    const drafts = [{ to: 'ada', text: 'a "secret"\0' }, { to: 'bob' }].map((payload) =>
      draftEvent(sent, 'letters:1', payload),
    );
    await opened.database.transaction((tx) => log.append(tx, drafts));
    const reader = new LogReader(opened.database, opened.history);
    const { id, channel, epoch } = await reader.open('letters:1');
    const events = (await reader.readAfter([{ id, channel, epoch, after: 0 }], 9)).get(id) ?? [];
    const payloadOf = (json: string) => (JSON.parse(json) as { payload: unknown }).payload;
    expect(events.map(({ json }) => payloadOf(json))).toEqual([{ to: 'ada' }, { to: 'bob' }]);
    expect(events.map((event) => payloadOf(wholeJson(event)))).toEqual([
      { to: 'ada', text: 'a "secret"\0' },
      { to: 'bob' },
    ]);
  });

  it('returns no place for no draft', async () => {
    expect(await opened.database.transaction((tx) => new EventLog(silentBus).append(tx, []))).toEqual([]);
  });
});
