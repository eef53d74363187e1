import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { EventBatch } from './event-batch.js';

const author = { sessionId: randomUUID(), userId: randomUUID() };
const position = { channel: 'things:1', epoch: 'e1', offset: 0 };
const event = (offset: number, mark: Partial<LoggedEvent> = {}): LoggedEvent => ({
  offset,
  json: `{"offset":${offset}}`,
  ...mark,
});

const readBy = (to: typeof author, events: readonly LoggedEvent[]): unknown[] =>
  EventBatch.of(events)
    .flatMap((batch) => batch.withoutEcho(to, position).texts())
    .map((text) => {
      const { type, payload, offset } = JSON.parse(text) as Record<string, unknown>;
      return type === 'position' ? { payload } : offset;
    });

describe('an event batch', () => {
  const events = [event(1), event(2, { origin: author }), event(3, { origin: author }), event(4)];
  const positionAt = (offset: number) => ({ payload: { ...position, offset } });

  it('replaces events by positions for the connection that caused them', () => {
    expect(readBy(author, events)).toEqual([1, positionAt(2), positionAt(3), 4]);
  });

  it("keeps every event for the author's other connections", () => {
    expect(readBy({ ...author, sessionId: randomUUID() }, events)).toEqual([1, 2, 3, 4]);
  });

  it("keeps every event for another user's connection that the author named", () => {
    expect(readBy({ ...author, userId: randomUUID() }, events)).toEqual([1, 2, 3, 4]);
  });

  it('has the same bytes for all other connections, framed once', () => {
    const [batch] = EventBatch.of(events);
    expect(batch?.withoutEcho({ ...author, sessionId: randomUUID() }, position)).toBe(batch);
    expect(EventBatch.of([event(1)])[0]?.hasEchoes).toBe(false);
  });

  it('continues after a position as after an event', () => {
    const [batch] = EventBatch.of(events);
    const mine = batch?.withoutEcho(author, position);
    const rest = String(mine?.after(3));
    expect(rest).toContain('{"offset":4}');
    expect(rest).not.toContain('position');
  });

  it('has restricted fields only as a whole, which is framed once and on demand', () => {
    const secret = { json: '{"payload":{"a":1}}', restricted: '{"b":2}' };
    const [batch] = EventBatch.of([event(1), event(2, secret), event(3, { origin: author })]);
    expect(batch?.texts()).toEqual(['{"offset":1}', '{"payload":{"a":1}}', '{"offset":3}']);
    expect(batch?.whole.texts()).toEqual(['{"offset":1}', '{"payload":{"a":1,"b":2}}', '{"offset":3}']);
    expect(batch?.whole).toBe(batch?.whole);
    expect(batch?.whole.whole).toBe(batch?.whole);
    expect(batch?.whole.withoutEcho(author, position).texts().at(-1)).toContain('position');
    const [other] = EventBatch.of([event(4)]);
    expect(other?.whole).toBe(other);
    const joined = batch && other && EventBatch.joined([batch, other]);
    expect(joined?.texts()).toEqual([...(batch?.texts() ?? []), '{"offset":4}']);
    expect(joined?.whole.texts()).toEqual([...(batch?.whole.texts() ?? []), '{"offset":4}']);
    expect(joined?.restrictedBytes).toBe(secret.restricted.length);
  });

  it('joined with later batches has the same events for every connection', () => {
    const batches = [[event(1)], [event(2, { origin: author }), event(3)], [event(4, { origin: author })]].flatMap(
      (some) => EventBatch.of(some),
    );
    const joined = EventBatch.joined(batches);
    expect([joined.first, joined.last, joined.size]).toEqual([1, 4, 4]);
    expect(joined.texts()).toEqual(batches.flatMap((batch) => batch.texts()));
    expect(joined.after(2)).toEqual(
      Buffer.concat([batches[1]?.after(2) ?? Buffer.of(), batches[2]?.after(0) ?? Buffer.of()]),
    );
    const own = joined.withoutEcho(author, position).texts();
    expect(own.map((text) => (JSON.parse(text) as { type?: string }).type)).toEqual([
      undefined,
      'position',
      undefined,
      'position',
    ]);
  });
});
