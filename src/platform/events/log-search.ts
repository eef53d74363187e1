import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { ChannelState } from './log-reader.js';
import { loggedEvent, type LoggedEvent } from './logged-event.js';

/** The events of a search: all conditions hold. Moments are ISO 8601 in UTC. */
export interface LogFilter {
  readonly type?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface LogWindow {
  /** Only events with a higher offset. */
  readonly after: number;
  /** Only events with a lower offset. */
  readonly before: number;
  readonly limit: number;
  /** The end of the window that the search begins with. The events come oldest first in either case. */
  readonly from: 'oldest' | 'newest';
}

export interface FoundEvents {
  readonly events: readonly LoggedEvent[];
  /** The offset that the search goes on from, exclusive; undefined when it has read the whole window. */
  readonly next: number | undefined;
  /** True if the search ended early, because it had read 10,000 events. */
  readonly stopped: boolean;
}

interface Row {
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

const MAX_SCANNED = 10_000;
/** Times of events of different processes may be this much out of order. */
const DISORDER_SECONDS = 2;

/** Searches a channel by offset, type and time. Finds a time by bisection, since times follow the order of offsets. */
@Injectable()
export class LogSearch {
  constructor(private readonly database: Database) {}

  async find(state: ChannelState, filter: LogFilter, { after, before, limit, from }: LogWindow): Promise<FoundEvents> {
    const { since, until } = filter;
    const start = since === undefined ? 0 : (await this.offsetAt(state, since, -DISORDER_SECONDS)) - 1;
    const end = until === undefined ? state.head + 1 : await this.offsetAt(state, until, DISORDER_SECONDS);
    const low = Math.max(after, start, state.tail);
    const high = Math.min(before, end, state.head + 1);
    const scan =
      from === 'oldest'
        ? { low, high: Math.min(high, low + MAX_SCANNED + 1) }
        : { low: Math.max(low, high - MAX_SCANNED - 1), high };
    const rows = await this.read(state, filter, { ...scan, limit: limit + 1, from });
    const events = rows.slice(0, limit).map((row) => eventOf(row, state.channel));
    const last = events.at(-1)?.offset;
    const stopped = rows.length <= limit && (from === 'oldest' ? scan.high < high : scan.low > low);
    const next = rows.length > limit ? last : stopped ? (from === 'oldest' ? scan.high - 1 : scan.low + 1) : undefined;
    return { events: from === 'oldest' ? events : events.toReversed(), next, stopped };
  }

  private read(
    { id, epoch }: ChannelState,
    { type, since, until }: LogFilter,
    { low, high, limit, from }: { low: number; high: number; limit: number; from: 'oldest' | 'newest' },
  ): Promise<Row[]> {
    return this.database.query<Row>(
      `SELECT "offset", id, type, actor, session_id, trace, payload::text AS payload,
         restricted::text AS restricted, (extract(epoch FROM created_at) * 1000)::bigint AS ts
       FROM events
       WHERE channel_id = $1 AND "offset" > $2 AND "offset" < $3
         AND EXISTS (SELECT FROM channels WHERE channels.id = $1 AND epoch = $4)
         AND ($5::text IS NULL OR type = $5)
         AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)
       ORDER BY "offset" ${from === 'oldest' ? 'ASC' : 'DESC'} LIMIT $8`,
      [id, low, high, epoch, type ?? null, since ?? null, until ?? null, limit],
    );
  }

  /** The offset of the event with this id; undefined when the log no longer holds it. */
  async offsetOf(channel: string, eventId: string): Promise<number | undefined> {
    const [row] = await this.database.query<ChannelRow>('SELECT id, epoch, head, tail FROM channels WHERE name = $1', [
      channel,
    ]);
    if (row === undefined) return undefined;
    const state = { id: row.id, channel, epoch: row.epoch, head: Number(row.head), tail: Number(row.tail) };
    // The id has the time of the draft, shortly before the append.
    const drafted = new Date(Number.parseInt(eventId.replaceAll('-', '').slice(0, 12), 16)).toISOString();
    const first = await this.offsetAt(state, drafted, -DISORDER_SECONDS);
    const [found] = await this.database.query<{ offset: string }>(
      `SELECT "offset" FROM (
         SELECT "offset", id FROM events WHERE channel_id = $1 AND "offset" >= $2 ORDER BY "offset" LIMIT ${MAX_SCANNED * 2})
       WHERE id = $3`,
      [state.id, first, eventId],
    );
    return found && Number(found.offset);
  }

  /** The first offset with this time or a later one; `head + 1` when there is none. */
  private async offsetAt({ id, head, tail }: ChannelState, moment: string, shiftSeconds: number): Promise<number> {
    const [row] = await this.database.query<{ low: string }>(
      `WITH RECURSIVE search (low, high) AS (
         SELECT $2::bigint, $3::bigint
         UNION ALL
         SELECT CASE WHEN is_before THEN middle + 1 ELSE low END, CASE WHEN is_before THEN high ELSE middle END
         FROM search
         CROSS JOIN LATERAL (SELECT (low + high) / 2 AS middle) AS half
         CROSS JOIN LATERAL (SELECT COALESCE((
           SELECT created_at < $4::timestamptz + make_interval(secs => $5) FROM events
           WHERE channel_id = $1 AND "offset" = middle), true) AS is_before) AS probe
         WHERE low < high)
       SELECT low FROM search WHERE low >= high`,
      [id, tail + 1, head + 1, moment, shiftSeconds],
    );
    return Number(row?.low ?? head + 1);
  }
}

interface ChannelRow {
  readonly id: string;
  readonly epoch: string;
  readonly head: string;
  readonly tail: string;
}

function eventOf({ offset, ts, session_id: sessionId, ...rest }: Row, channel: string): LoggedEvent {
  return loggedEvent({ ...rest, channel, offset: Number(offset), ts: Number(ts), sessionId });
}
