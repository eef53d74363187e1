import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { AgingRows } from '../retention/old-share.js';

export interface LogLimits {
  /** `all`: a channel keeps its newest `count` events, whatever their age. */
  readonly days: number | 'all';
  readonly count: number;
}

/** The most that one channel keeps. */
export interface ChannelLimits {
  readonly seconds: number | 'all';
  readonly count: number | 'all';
}

const DAY_SECONDS = 86_400;
/** More than the possible age of the log. */
const ALL_DAYS = 100_000;
/** More than a channel can hold. */
const ALL_EVENTS = Number.MAX_SAFE_INTEGER;
const BATCH_SIZE = 100;
/** A consumer that no worker has run for this long no longer protects its unread events. */
const WAIT_FOR_CONSUMERS_DAYS = 7;

/** The age column of events, for `Retention`. */
export const agingEvents = (days: number): AgingRows => ({ table: 'events', agesBy: 'created_at', days });

/**
 * Deletes old events. The tail moves in the same statement, so a subscriber that asks for trimmed events gets
 * `recovered: false` instead of a gap. Events that a log consumer has not read yet are kept.
 */
@Injectable()
export class LogRetention {
  constructor(private readonly database: Database) {}

  /** @returns the number of deleted events */
  async run({ days: max, count }: LogLimits): Promise<number> {
    const days = max === 'all' ? ALL_DAYS : max;
    let after = '0';
    let trimmed = 0;
    for (;;) {
      const channels = await this.database.query<{ id: string }>(
        `SELECT id FROM channels
         WHERE id > $1::bigint AND head > tail AND (head - tail > $3 OR EXISTS (
           SELECT 1 FROM events WHERE channel_id = channels.id AND "offset" = channels.tail + 1
             AND created_at < now() - make_interval(days => $4)))
         ORDER BY id LIMIT $2`,
        [after, BATCH_SIZE, count, days],
      );
      for (const { id } of channels) trimmed += await this.trim(id, { seconds: days * DAY_SECONDS, count });
      after = channels.at(-1)?.id ?? after;
      if (channels.length < BATCH_SIZE) return trimmed;
    }
  }

  /** @returns the number of deleted events */
  async trim(channelId: string, { seconds, count }: ChannelLimits): Promise<number> {
    const [row] = await this.database.query<{ trimmed: string }>(
      `WITH recent AS (
         SELECT "offset" - 1 AS tail FROM events
         WHERE channel_id = $1 AND created_at >= now() - make_interval(secs => $2)
         ORDER BY "offset" LIMIT 1),
       unread AS (
         SELECT min(COALESCE(log_cursors.after, 0)) AS after FROM log_consumers
         LEFT JOIN log_cursors ON log_cursors.consumer = log_consumers.name AND log_cursors.channel_id = $1
         WHERE log_consumers.seen_at >= now() - make_interval(days => $4)),
       old AS (
         SELECT LEAST(
           GREATEST(head - $3::bigint, COALESCE((SELECT tail FROM recent), head)),
           (SELECT after FROM unread)) AS tail
         FROM channels WHERE id = $1),
       moved AS (
         UPDATE channels SET tail = old.tail FROM old WHERE channels.id = $1 AND channels.tail < old.tail RETURNING 1),
       deleted AS (
         DELETE FROM events USING old WHERE channel_id = $1 AND "offset" <= old.tail RETURNING 1)
       SELECT count(*) AS trimmed FROM deleted`,
      [
        channelId,
        seconds === 'all' ? ALL_DAYS * DAY_SECONDS : seconds,
        count === 'all' ? ALL_EVENTS : count,
        WAIT_FOR_CONSUMERS_DAYS,
      ],
    );
    return Number(row?.trimmed ?? 0);
  }
}
