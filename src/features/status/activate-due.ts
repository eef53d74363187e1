import { Injectable } from '@nestjs/common';
import { userChannel } from '../../access/public/user-channel.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { draftEvent, EventLog } from '../../platform/events/event-log.js';
import { newId } from '../../platform/ids.js';
import type { JobHandler } from '../../platform/queues/define-job.js';
import type { ActivateDuePayload } from './activate-due.job.js';
import { statusUpdated } from './status.declarations.js';
import { STATUS_COLUMNS, statusOf, type StatusRow } from './status-rows.js';
import { TimerAlarm } from './timer-alarm.js';

const BATCH = 500;
const GOAL = 1;
const RECORD = { type: 'status_activated', amount: GOAL, description: 'The status became active.' } as const;

type FlippedRow = StatusRow & { readonly userId: string };

/**
 * Makes every status active whose timer is due. The row is all there is to a timer: it says `pending` until the
 * transaction that flips it, writes the record and says so is committed, and is locked by one worker at a time.
 */
@Injectable()
export class ActivateDue implements JobHandler<ActivateDuePayload> {
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly alarm: TimerAlarm,
  ) {}

  async handle(): Promise<void> {
    while (!this.stopped && (await this.batch()) === BATCH);
    this.alarm.set();
  }

  /** After the batch that is under way. */
  stop(): void {
    this.stopped = true;
  }

  private batch(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const flipped = await flipDue(tx);
      if (flipped.length === 0) return 0;
      await writeRecords(tx, flipped);
      const drafts = flipped.map((row) => draftEvent(statusUpdated, userChannel(row.userId), statusOf(row)));
      await this.log.append(tx, drafts);
      return flipped.length;
    });
  }
}

/**
 * By now(): a clock that moves within the statement would have every timer that waits compared with it, without the index.
 * Those that another worker has in hand are in good hands; if it dies, they are found by the next look.
 */
function flipDue(tx: Transaction): Promise<FlippedRow[]> {
  return tx.query(
    `UPDATE user_statuses SET status = 'active', goal = $2
     WHERE user_id = ANY(ARRAY(
       SELECT user_id FROM user_statuses WHERE status = 'pending' AND activate_at <= now()
       ORDER BY activate_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED))
     RETURNING user_id AS "userId", ${STATUS_COLUMNS}`,
    [BATCH, GOAL],
  );
}

async function writeRecords(tx: Transaction, flipped: readonly FlippedRow[]): Promise<void> {
  await tx.query(
    `INSERT INTO user_transactions (id, user_id, type, amount, description, created_at)
     SELECT id, user_id, $3, $4, $5, now() FROM unnest($1::uuid[], $2::uuid[]) AS new (id, user_id)`,
    [flipped.map(() => newId()), flipped.map(({ userId }) => userId), RECORD.type, RECORD.amount, RECORD.description],
  );
}
