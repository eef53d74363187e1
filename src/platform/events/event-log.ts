import { Injectable } from '@nestjs/common';
import { newId } from '../ids.js';
import { Bus } from '../bus/bus.js';
import type { Transaction } from '../database/database.js';
import type { EventDefinition } from './define-event.js';
import { publishHints, type LogHint } from './log-hint.js';
import { Metrics } from '../metrics/metrics.js';
import { Traffic } from '../traffic/traffic.js';
import { Tracing } from '../tracing/tracing.js';
import { loggedEvent, type EventFields, type LoggedEvent } from './logged-event.js';

/** An event before it has an offset. */
export interface EventDraft {
  readonly channel: string;
  readonly id: string;
  readonly type: string;
  readonly actor: string | null;
  /** The actor's connection, which receives a position instead of this event. */
  readonly sessionId?: string | null;
  /** JSON text. */
  readonly payload: string;
  /** JSON text of the restricted fields; null without any. */
  readonly restricted?: string | null;
  /** The `traceparent` of what the event is appended for; undefined if no trace is recorded. */
  readonly trace?: string | undefined;
}

/**
 * Checks the payload against the event's schema, at compile time and at run time, and sets its restricted fields apart.
 */
export function draftEvent<Payload>(
  event: EventDefinition<Payload>,
  channel: string,
  payload: Payload,
  actor: string | null = null,
  sessionId: string | null = null,
): EventDraft {
  const parsed = event.payload.parse(payload);
  return { channel, id: newId(), type: event.name, actor, sessionId, ...textsOf(parsed, event.restricted ?? []) };
}

function textsOf(payload: unknown, names: readonly string[]): Pick<EventDraft, 'payload' | 'restricted'> {
  const fields = payload as Readonly<Record<string, unknown>>;
  const present = names.filter((name) => fields[name] !== undefined);
  if (present.length === 0) return { payload: JSON.stringify(payload) };
  const restricted = present.map((name) => [name, fields[name]]);
  const open = Object.entries(fields).filter(([name]) => !present.includes(name));
  return {
    payload: JSON.stringify(Object.fromEntries(open)),
    restricted: JSON.stringify(Object.fromEntries(restricted)),
  };
}

/** Where the log holds an event. */
export interface EventPlace {
  readonly id: string;
  readonly channel: string;
  readonly offset: number;
}

/** A channel before the append, locked. */
interface GrowingChannel {
  readonly name: string;
  readonly epoch: string;
  readonly head: string;
  /** When the events were appended: after every lock was taken. */
  readonly at: Date;
}

const MAX_KNOWN = 100_000;

/** The channel was deleted or lost with its history. The transaction is retried and creates it again. */
class ChannelVanished extends Error {
  /** SQLSTATE serialization_failure. */
  readonly code = '40001';

  constructor() {
    super('A channel vanished while an event was being appended.');
  }
}

/** Writes the log. Events are inserted in the transaction of the change that they report. */
@Injectable()
export class EventLog {
  private readonly known = new Set<string>();
  private readonly appended = new WeakSet<Transaction>();

  /**
   * @param traffic without one, as in a tool, the log counts for itself
   * @param tracing without one, the log records no trace
   */
  constructor(
    private readonly bus: Bus,
    private readonly traffic: Traffic = new Traffic(new Metrics()),
    private readonly tracing: Tracing = new Tracing(),
  ) {}

  /**
   * Gives each event the next offset of its channel, in the order of `drafts`. Channels stay locked until the commit,
   * so offset order is commit order; they are locked by id to prevent deadlocks. After the commit all nodes are
   * notified.
   * @returns the events' places, in the order of `drafts`; they hold only if the transaction commits
   * @throws Error on a second call in one transaction, because its locks would be out of order
   */
  async append(tx: Transaction, untraced: readonly EventDraft[]): Promise<EventPlace[]> {
    if (untraced.length === 0) return [];
    if (this.appended.has(tx)) throw new Error('EventLog.append was called twice in one transaction.');
    this.appended.add(tx);
    const drafts = this.tracing.isOn ? untraced.map((draft) => this.traced(tx, draft)) : untraced;
    const counts = new Map<string, number>();
    const places = drafts.map(({ channel }) => {
      const place = (counts.get(channel) ?? 0) + 1;
      counts.set(channel, place);
      return place;
    });
    await this.create(tx, [...counts.keys()]);
    const channels = await write(tx, counts, drafts, places);
    if (channels.length < counts.size) {
      this.known.clear();
      throw new ChannelVanished();
    }
    const found = new Map(channels.map((channel) => [channel.name, channel]));
    const events = drafts.map((draft, i): EventFields => {
      const { head, at } = found.get(draft.channel) ?? {};
      return { ...draft, offset: Number(head) + (places[i] ?? 0), ts: Number(at) };
    });
    tx.afterCommit(() => this.publish(channels, counts, events));
    return events.map(({ id, channel, offset }) => ({ id, channel, offset }));
  }

  /** The draft with the trace of its append, which the readers of the event go on from. */
  private traced(tx: Transaction, draft: EventDraft): EventDraft {
    const span = this.tracing.continue('event append', 'internal', draft.trace);
    if (span === undefined) return draft;
    const { id, type, channel } = draft;
    span.set({ 'tidings.event_id': id, 'tidings.event_type': type, 'tidings.channel': channel });
    tx.afterCommit(() => span.end());
    return { ...draft, trace: span.trace };
  }

  /** Creates channels on their first event. Runs before any lock is taken, because it could deadlock otherwise. */
  private async create(tx: Transaction, names: readonly string[]): Promise<void> {
    const unknown = names.filter((name) => !this.known.has(name)).toSorted();
    if (unknown.length === 0) return;
    await tx.query('INSERT INTO channels (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [unknown]);
    tx.afterCommit(() => {
      if (this.known.size > MAX_KNOWN) this.known.clear();
      for (const name of unknown) this.known.add(name);
    });
  }

  private publish(
    channels: readonly GrowingChannel[],
    counts: ReadonlyMap<string, number>,
    events: readonly EventFields[],
  ): void {
    const logged = new Map<string, LoggedEvent[]>(channels.map(({ name }) => [name, []]));
    for (const event of events) logged.get(event.channel)?.push(loggedEvent(event));
    const types = new Map<string, Set<string>>();
    for (const { channel, type } of events) types.set(channel, (types.get(channel) ?? new Set()).add(type));
    const hints = channels.map(({ name, epoch, head }): LogHint => ({
      channel: name,
      epoch,
      last: Number(head) + (counts.get(name) ?? 0),
      types: [...(types.get(name) ?? [])],
      events: logged.get(name) ?? [],
    }));
    for (const { channel, events: appended } of hints) this.traffic.appended(channel, appended.length);
    publishHints(this.bus, hints);
  }
}

/** The statement for events without a trace is one of its own, so that they pay for no column. */
function writeWith(isTraced: boolean): string {
  const [column, value, array] = isTraced ? [', trace', ', new.trace', ', $11::text[]'] : ['', '', ''];
  return `
    WITH locked AS MATERIALIZED (
      SELECT id, name, epoch, head FROM channels WHERE name = ANY($1::text[]) ORDER BY id FOR UPDATE),
    clock AS MATERIALIZED (
      SELECT date_trunc('milliseconds', clock_timestamp()) AS at FROM (SELECT count(*) FROM locked) AS waited),
    moved AS (
      UPDATE channels SET head = locked.head + grown.by, grown_in = extract(epoch FROM clock.at)::int / 60
      FROM locked JOIN unnest($1::text[], $2::bigint[]) AS grown (name, by) USING (name) CROSS JOIN clock
      WHERE channels.id = locked.id),
    written AS (
      INSERT INTO events
        (channel_id, "offset", id, type, actor, payload, created_at, session_id, restricted${column})
      SELECT locked.id, locked.head + new.place, new.id, new.type, new.actor, new.payload::json, clock.at,
        new.session_id, new.restricted::json${value}
      FROM unnest($3::text[], $4::bigint[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::uuid[], $10::text[]${array})
        AS new (name, place, id, type, actor, payload, session_id, restricted${column})
      JOIN locked ON locked.name = new.name CROSS JOIN clock)
    SELECT locked.name, locked.epoch, locked.head, clock.at FROM locked CROSS JOIN clock ORDER BY locked.id`;
}

const WRITE = writeWith(false);
const WRITE_TRACED = writeWith(true);

/**
 * Locks the channels, moves their heads and inserts the events, in one statement: each round trip under the locks
 * delays the next writer of these channels.
 * @param places 1, 2, 3 ... for the drafts of each channel
 * @returns the channels that exist, as they were when they were locked
 */
function write(
  tx: Transaction,
  counts: ReadonlyMap<string, number>,
  drafts: readonly EventDraft[],
  places: readonly number[],
): Promise<GrowingChannel[]> {
  const isTraced = drafts.some(({ trace }) => trace !== undefined);
  return tx.query<GrowingChannel>(isTraced ? WRITE_TRACED : WRITE, [
    [...counts.keys()],
    [...counts.values()],
    drafts.map(({ channel }) => channel),
    places,
    drafts.map(({ id }) => id),
    drafts.map(({ type }) => type),
    drafts.map(({ actor }) => actor),
    drafts.map(({ payload }) => payload),
    drafts.map(({ sessionId }) => sessionId ?? null),
    drafts.map(({ restricted }) => restricted ?? null),
    ...(isTraced ? [drafts.map(({ trace }) => trace ?? null)] : []),
  ]);
}
