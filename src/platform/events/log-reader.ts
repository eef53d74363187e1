import { Injectable } from '@nestjs/common';
import { isBadValue, Database, type Transaction } from '../database/database.js';
import { History } from '../history/history.js';
import { Batcher } from '../concurrency/batcher.js';
import { loggedEvent, type LoggedEvent, type Position } from './logged-event.js';

/** The state of a channel: it holds the events `tail + 1` to `head`; earlier ones have been trimmed. */
export interface ChannelState {
  readonly id: string;
  readonly channel: string;
  readonly epoch: string;
  readonly head: number;
  readonly tail: number;
}

/** A reader's position in a channel. */
export interface Cursor {
  readonly id: string;
  readonly channel: string;
  /** Nothing is read if the channel has another epoch. */
  readonly epoch: string;
  readonly after: number;
}

interface ChannelRow {
  readonly id: string;
  readonly name: string;
  readonly epoch: string;
  readonly head: string;
  readonly tail: string;
}

interface EventRow {
  readonly channel_id: string;
  readonly offset: string;
  readonly id: string;
  readonly type: string;
  readonly actor: string | null;
  readonly session_id: string | null;
  readonly payload: string;
  readonly restricted: string | null;
  readonly trace: string | null;
  readonly ts: string;
}

const CHANNEL_COLUMNS = 'id, name, epoch, head, tail';
const MAKE = `INSERT INTO channels (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING RETURNING ${CHANNEL_COLUMNS}`;
const FIND = `SELECT ${CHANNEL_COLUMNS} FROM channels WHERE name = ANY($1::text[])`;

/**
 * Reads the log. Offsets are assigned under a lock that is held until the commit, so a reader that sees n+1 also sees
 * n: a cursor never skips an event, and a gap after the cursor means that events were trimmed.
 */
@Injectable()
export class LogReader {
  private readonly openings = new Batcher((names: readonly string[]) => this.openAll(names), isBadValue);
  private readonly looks = new Batcher(async (ids: readonly string[]) => {
    const states = new Map((await this.states([...new Set(ids)])).map((state) => [state.id, state]));
    return ids.map((id) => states.get(id));
  }, isBadValue);

  constructor(
    private readonly database: Database,
    private readonly history: History,
  ) {}

  /** The channel's state. Creates a channel without events, so that its epoch is stable from the first read. */
  open(channel: string): Promise<ChannelState> {
    return this.openings.get(channel);
  }

  /** The state of a channel, batched with other requests; undefined when it is gone. */
  state(id: string): Promise<ChannelState | undefined> {
    return this.looks.get(id);
  }

  /**
   * The result of `read` with the channel's position in the same snapshot: a subscription from there receives all later
   * changes, and none that `read` has seen.
   */
  async readAt<Found>(
    channel: string,
    read: (tx: Transaction) => Promise<Found>,
  ): Promise<{ readonly found: Found; readonly position: Position }> {
    const seen = await this.database.snapshot(async (tx) => {
      const [row] = await tx.query<ChannelRow>(FIND, [[channel]]);
      return row && { found: await read(tx), position: positionOf(stateOf(row)) };
    });
    if (seen !== undefined) return seen;
    // The channel has no events yet. It is created, because the returned epoch must be stable.
    await this.open(channel);
    return this.readAt(channel, read);
  }

  /** The states of many channels in one query; missing channels are left out. */
  async states(ids: readonly string[]): Promise<ChannelState[]> {
    const rows = await this.database.query<ChannelRow>(
      `SELECT ${CHANNEL_COLUMNS} FROM channels WHERE id = ANY($1::bigint[])`,
      [ids],
    );
    return rows.map(stateOf);
  }

  /**
   * The known channels with events after `head`, with another epoch, that are gone, or that end before
   * `head`. In the last case the history is checked. Unchanged channels are not read.
   * @returns their ids
   */
  async changed(known: ReadonlyArray<Pick<ChannelState, 'id' | 'epoch' | 'head'>>): Promise<Set<string>> {
    const { epoch } = this.history;
    const rows = await this.database.query<{ id: string; isBehind: boolean | null }>(
      `SELECT known.id, there.head < known.head AS "isBehind"
       FROM unnest($1::bigint[], $2::uuid[], $3::bigint[]) AS known (id, epoch, head)
       LEFT JOIN channels AS there ON there.id = known.id AND there.epoch = known.epoch
       WHERE there.head IS DISTINCT FROM known.head`,
      [
        // Array literals are built here: the driver's escaping takes five times as long for ten thousand channels.
        `{${known.map(({ id }) => id).join()}}`,
        `{${known.map(({ epoch }) => epoch).join()}}`,
        `{${known.map(({ head }) => head).join()}}`,
      ],
    );
    if (rows.some(({ isBehind }) => isBehind)) this.history.suspect('log', epoch);
    return new Set(rows.map(({ id }) => id));
  }

  /** Up to `limit` events after each cursor, oldest first, by channel id, in one query. */
  async readAfter(cursors: readonly Cursor[], limit: number): Promise<Map<string, LoggedEvent[]>> {
    const rows = await this.database.query<EventRow>(
      `SELECT found.* FROM unnest($1::bigint[], $2::bigint[], $4::uuid[]) AS cursor (id, after, epoch)
       JOIN channels ON channels.id = cursor.id AND channels.epoch = cursor.epoch
       CROSS JOIN LATERAL (
         SELECT channel_id, "offset", id, type, actor, session_id, trace, payload::text AS payload,
           restricted::text AS restricted, (extract(epoch FROM created_at) * 1000)::bigint AS ts
         FROM events WHERE channel_id = cursor.id AND "offset" > cursor.after
         ORDER BY "offset" LIMIT $3) AS found
       ORDER BY found.channel_id, found."offset"`,
      [
        cursors.map((cursor) => cursor.id),
        cursors.map((cursor) => cursor.after),
        limit,
        cursors.map((cursor) => cursor.epoch),
      ],
    );
    const names = new Map(cursors.map((cursor) => [cursor.id, cursor.channel]));
    const byChannel = new Map<string, LoggedEvent[]>();
    for (const row of rows) {
      const events = byChannel.get(row.channel_id) ?? [];
      byChannel.set(row.channel_id, events);
      events.push(eventOf(row, names.get(row.channel_id) ?? ''));
    }
    return byChannel;
  }

  private async openAll(names: readonly string[]): Promise<ChannelState[]> {
    const found = await this.find(names);
    const isMissing = (name: string) => !found.has(name);
    const note = (rows: readonly ChannelRow[]) => rows.forEach((row) => found.set(row.name, stateOf(row)));
    // Sorted, so that concurrent inserts of the same channels cannot deadlock.
    const missing = [...new Set(names.filter(isMissing))].toSorted();
    if (missing.length > 0) note(await this.database.query<ChannelRow>(MAKE, [missing]));
    // Channels that another process created between the two statements.
    const elsewhere = missing.filter(isMissing);
    if (elsewhere.length > 0) note(await this.database.query<ChannelRow>(FIND, [elsewhere]));
    return names.map((name) => {
      const state = found.get(name);
      if (state === undefined) throw new Error('A channel vanished while it was being opened.');
      return state;
    });
  }

  /** Existing channels, by name. */
  private async find(names: readonly string[]): Promise<Map<string, ChannelState>> {
    const rows = await this.database.query<ChannelRow>(FIND, [names]);
    return new Map(rows.map((row) => [row.name, stateOf(row)]));
  }
}

function stateOf({ id, name, epoch, head, tail }: ChannelRow): ChannelState {
  return { id, channel: name, epoch, head: Number(head), tail: Number(tail) };
}

const positionOf = ({ channel, epoch, head }: ChannelState): Position => ({ channel, epoch, offset: head });

function eventOf(row: EventRow, channel: string): LoggedEvent {
  const { channel_id: _, session_id: sessionId, offset, ts, ...rest } = row;
  return loggedEvent({ ...rest, channel, offset: Number(offset), ts: Number(ts), sessionId });
}
