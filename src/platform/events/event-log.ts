import { Injectable } from '@nestjs/common';
import { databaseNow } from '../clock/database-clock.js';
import { newId } from '../ids.js';
import { Bus } from '../bus/bus.js';
import type { Transaction } from '../database/database.js';
import type { EventDefinition } from './define-event.js';
import { LOG_TOPIC, writeCompactHints, writeHints, type LogHint } from './log-hint.js';
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
}

/** Checks the payload against the event's schema, at compile time and at run time. */
export function draftEvent<Payload>(
  event: EventDefinition<Payload>,
  channel: string,
  payload: Payload,
  actor: string | null = null,
  sessionId: string | null = null,
): EventDraft {
  const text = JSON.stringify(event.payload.parse(payload));
  return { channel, id: newId(), type: event.name, actor, sessionId, payload: text };
}

interface LockedChannel {
  readonly id: string;
  readonly name: string;
  readonly epoch: string;
  readonly head: string;
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

  constructor(private readonly bus: Bus) {}

  /**
   * Gives each event the next offset of its channel, in the order of `drafts`. Channels stay locked until the commit,
   * so offset order is commit order; they are locked by id to prevent deadlocks. After the commit all nodes are
   * notified.
   * @throws Error on a second call in one transaction, because its locks would be out of order
   */
  async append(tx: Transaction, drafts: readonly EventDraft[]): Promise<void> {
    if (drafts.length === 0) return;
    if (this.appended.has(tx)) throw new Error('EventLog.append was called twice in one transaction.');
    this.appended.add(tx);
    const channels = await this.lock(tx, [...new Set(drafts.map((draft) => draft.channel))]);
    const heads = new Map(channels.map((channel) => [channel.name, Number(channel.head)]));
    const ts = databaseNow();
    const events = drafts.map((draft): EventFields => {
      const offset = (heads.get(draft.channel) ?? 0) + 1;
      heads.set(draft.channel, offset);
      return { ...draft, offset, ts };
    });
    await this.write(tx, channels, heads, events);
    tx.afterCommit(() => this.publish(channels, heads, events));
  }

  private async lock(tx: Transaction, names: readonly string[]): Promise<LockedChannel[]> {
    await this.create(tx, names);
    const channels = await tx.query<LockedChannel>(
      'SELECT id, name, epoch, head FROM channels WHERE name = ANY($1) ORDER BY id FOR UPDATE',
      [names],
    );
    if (channels.length < names.length) {
      this.known.clear();
      throw new ChannelVanished();
    }
    return channels;
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

  private async write(
    tx: Transaction,
    channels: readonly LockedChannel[],
    heads: ReadonlyMap<string, number>,
    events: readonly EventFields[],
  ): Promise<void> {
    const ids = new Map(channels.map((channel) => [channel.name, channel.id]));
    await tx.query(
      `WITH moved AS (
         UPDATE channels SET head = new.head, grown_in = extract(epoch FROM clock_timestamp())::int / 60
         FROM unnest($1::bigint[], $2::bigint[]) AS new (id, head)
         WHERE channels.id = new.id)
       INSERT INTO events (channel_id, "offset", id, type, actor, payload, created_at, session_id)
       SELECT channel_id, "offset", id, type, actor, payload::json, $9, session_id
       FROM unnest($3::bigint[], $4::bigint[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $10::uuid[])
         AS new (channel_id, "offset", id, type, actor, payload, session_id)`,
      [
        channels.map((channel) => channel.id),
        channels.map((channel) => heads.get(channel.name)),
        events.map((event) => ids.get(event.channel)),
        events.map((event) => event.offset),
        events.map((event) => event.id),
        events.map((event) => event.type),
        events.map((event) => event.actor),
        events.map((event) => event.payload),
        new Date(events[0]?.ts ?? databaseNow()),
        events.map((event) => event.sessionId ?? null),
      ],
    );
  }

  private publish(
    channels: readonly LockedChannel[],
    heads: ReadonlyMap<string, number>,
    events: readonly EventFields[],
  ): void {
    const logged = new Map<string, LoggedEvent[]>(channels.map(({ name }) => [name, []]));
    for (const event of events) logged.get(event.channel)?.push(loggedEvent(event));
    const types = new Map<string, Set<string>>();
    for (const { channel, type } of events) types.set(channel, (types.get(channel) ?? new Set()).add(type));
    const hints = channels.map(({ name, epoch, head }): LogHint => ({
      channel: name,
      epoch,
      last: heads.get(name) ?? Number(head),
      types: [...(types.get(name) ?? [])],
      events: logged.get(name) ?? [],
    }));
    const whole = writeHints(hints);
    this.bus.publish(LOG_TOPIC, whole, writeCompactHints(hints, whole));
  }
}
