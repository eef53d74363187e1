import { Injectable } from '@nestjs/common';
import { storableText, Database, type Transaction } from '../../database/database.js';
import type { EventFields } from '../logged-event.js';
import type { LogConsumer } from './log-consumer.js';

/** A range of a channel that one transaction handles. */
export interface Range {
  readonly channelId: string;
  readonly channel: string;
  /** The offset in the cursor row. */
  readonly after: number;
  readonly head: number;
  /** The last trimmed offset. Above `after` only if the consumer was away for too long. */
  readonly tail: number;
  /** The next offset of the cursor. */
  readonly end: number;
  readonly attempts: number;
}

interface RangeRow {
  readonly channelId: string;
  readonly channel: string;
  readonly after: string;
  readonly head: string;
  readonly tail: string;
  readonly attempts: number;
}

/** Upper bound for a transaction: statements and pauses between them are limited to 30 s each. */
const LATEST_COMMIT_MINUTES = 10;

/** The offset of each consumer in each channel. */
@Injectable()
export class Cursors {
  constructor(private readonly database: Database) {}

  /** A new consumer starts after all committed events. A channel without a cursor is newer than the consumer. */
  async register(consumer: string): Promise<void> {
    await this.database.query(
      `WITH made AS (
         INSERT INTO log_consumers (name, swept_to) VALUES ($1, extract(epoch FROM clock_timestamp())::int / 60)
         ON CONFLICT DO NOTHING RETURNING name)
       INSERT INTO log_cursors (consumer, channel_id, after)
       SELECT made.name, channels.id, channels.head FROM made, channels WHERE channels.head > 0`,
      [consumer],
    );
  }

  /**
   * Channels with unread events, found by their last growth, so that quiet channels cost nothing. An append sets its
   * minute before it commits, so the search goes back further than a transaction can last.
   */
  async unread(consumer: string, limit: number): Promise<string[]> {
    const found = await this.database.query<{ name: string }>(
      `WITH since AS (
         SELECT LEAST(swept_to, extract(epoch FROM clock_timestamp())::int / 60 - $3::int) AS minute
         FROM log_consumers WHERE name = $1),
       unread AS (
         SELECT channels.name, channels.grown_in FROM channels
         LEFT JOIN log_cursors ON log_cursors.channel_id = channels.id AND log_cursors.consumer = $1
         WHERE channels.grown_in >= (SELECT minute FROM since) AND channels.head > COALESCE(log_cursors.after, 0)
         ORDER BY channels.grown_in LIMIT $2),
       swept AS (
         UPDATE log_consumers SET seen_at = now(),
           swept_to = LEAST(extract(epoch FROM clock_timestamp())::int / 60 - $3::int, (SELECT min(grown_in) FROM unread))
         WHERE name = $1)
       SELECT name FROM unread`,
      [consumer, limit, LATEST_COMMIT_MINUTES],
    );
    return found.map(({ name }) => name);
  }

  /** For channels that are newer than the consumer. Runs before the transaction, because its lock could deadlock. */
  async begin(consumer: string, channels: readonly string[]): Promise<void> {
    await this.database.query(
      `INSERT INTO log_cursors (consumer, channel_id, after)
       SELECT $1, id, 0 FROM channels
       WHERE name = ANY($2) AND NOT EXISTS (SELECT FROM log_cursors WHERE consumer = $1 AND channel_id = channels.id)
       ORDER BY id ON CONFLICT DO NOTHING`,
      [consumer, channels],
    );
  }

  /** The channels with unread events that no other worker has claimed. */
  async claim(tx: Transaction, consumer: string, channels: readonly string[], limit: number): Promise<Range[]> {
    const rows = await tx.query<RangeRow>(
      `SELECT channels.id AS "channelId", channels.name AS channel, cursors.after, channels.head, channels.tail,
         cursors.attempts
       FROM log_cursors AS cursors JOIN channels ON channels.id = cursors.channel_id
       WHERE cursors.consumer = $1 AND channels.name = ANY($2) AND channels.head > cursors.after
         AND (cursors.retry_at IS NULL OR cursors.retry_at <= clock_timestamp())
       ORDER BY channels.id LIMIT $3 FOR NO KEY UPDATE OF cursors SKIP LOCKED`,
      [consumer, channels, limit],
    );
    return rows.map(({ after, head, tail, ...row }) => {
      return { ...row, after: Number(after), head: Number(head), tail: Number(tail), end: Number(head) };
    });
  }

  /** The events of the consumer's types in these ranges. */
  async read(tx: Transaction, ranges: readonly Range[], types: LogConsumer['types']): Promise<EventFields[]> {
    const rows = await tx.query<Omit<EventFields, 'offset' | 'ts' | 'channel'> & EventRow>(
      `SELECT found.* FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS cursor (id, after, last)
       CROSS JOIN LATERAL (
         SELECT channel_id AS "channelId", "offset", id, type, actor, trace, payload::text AS payload,
           restricted::text AS restricted, (extract(epoch FROM created_at) * 1000)::bigint AS ts
         FROM events
         WHERE channel_id = cursor.id AND "offset" > cursor.after AND "offset" <= cursor.last
           AND ($4::text[] IS NULL OR type = ANY($4))) AS found
       ORDER BY found."channelId", found."offset"`,
      [
        ranges.map(({ channelId }) => channelId),
        ranges.map(startOf),
        ranges.map(({ end }) => end),
        types === 'all' ? null : types,
      ],
    );
    const names = new Map(ranges.map(({ channelId, channel }) => [channelId, channel]));
    return rows.map(({ channelId, offset, ts, ...rest }) => {
      return { ...rest, channel: names.get(channelId) ?? '', offset: Number(offset), ts: Number(ts) };
    });
  }

  async move(tx: Transaction, consumer: string, ranges: readonly Range[]): Promise<void> {
    await tx.query(
      `UPDATE log_cursors SET after = new.after, attempts = 0, retry_at = NULL
       FROM unnest($2::bigint[], $3::bigint[]) AS new (channel_id, after)
       WHERE log_cursors.consumer = $1 AND log_cursors.channel_id = new.channel_id`,
      [consumer, ranges.map(({ channelId }) => channelId), ranges.map(({ end }) => end)],
    );
  }

  /** Counts a failed attempt, unless another worker has succeeded meanwhile. */
  async postpone(consumer: string, { channelId, after }: Range, delayMs: number): Promise<void> {
    await this.database.query(
      `UPDATE log_cursors SET attempts = attempts + 1, retry_at = clock_timestamp() + make_interval(secs => $4)
       WHERE consumer = $1 AND channel_id = $2 AND after = $3`,
      [consumer, channelId, after, delayMs / 1000],
    );
  }

  /** Records an event that is skipped for good as a dead letter. */
  async addDeadLetter(tx: Transaction, consumer: string, event: EventFields, reason: string): Promise<void> {
    await tx.query(
      `INSERT INTO log_setbacks (consumer, event_id, channel, "offset", reason) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [consumer, event.id, event.channel, event.offset, storableText(reason, 1_000)],
    );
  }
}

interface EventRow {
  readonly channelId: string;
  readonly offset: string;
  readonly ts: string;
}

const startOf = ({ after, tail }: Range): number => Math.max(after, tail);

/** The first `max` offsets of a range. */
export const shortened = (range: Range, max: number): Range => {
  return { ...range, end: Math.min(startOf(range) + max, range.head) };
};
