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

type ActivatedRow = StatusRow & { readonly userId: string };

/**
 * Activates every status whose timer is due. A timer is only a row: one transaction activates it, writes the record and
 * publishes the event, and the row lock keeps other workers out.
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
    while (!this.stopped && (await this.activateNextBatch()) === BATCH);
    this.alarm.schedule();
  }

  /** Stops after the current batch. */
  stop(): void {
    this.stopped = true;
  }

  private activateNextBatch(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const activated = await markActive(tx);
      if (activated.length === 0) return 0;
      await writeRecords(tx, activated);
      const drafts = activated.map((row) => draftEvent(statusUpdated, userChannel(row.userId), statusOf(row)));
      await this.log.append(tx, drafts);
      return activated.length;
    });
  }
}

/**
 * Compares with now(), because clock_timestamp() changes within a statement and cannot use the index. Skips rows that
 * another worker has locked; if that worker crashes, the next poll finds them.
 */
function markActive(tx: Transaction): Promise<ActivatedRow[]> {
  return tx.query(
    `UPDATE user_statuses SET status = 'active', goal = $2
     WHERE user_id = ANY(ARRAY(
       SELECT user_id FROM user_statuses WHERE status = 'pending' AND activate_at <= now()
       ORDER BY activate_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED))
     RETURNING user_id AS "userId", ${STATUS_COLUMNS}`,
    [BATCH, GOAL],
  );
}

async function writeRecords(tx: Transaction, activated: readonly ActivatedRow[]): Promise<void> {
  await tx.query(
    `INSERT INTO user_transactions (id, user_id, type, amount, description, created_at)
     SELECT id, user_id, $3, $4, $5, now() FROM unnest($1::uuid[], $2::uuid[]) AS new (id, user_id)`,
    [
      activated.map(() => newId()),
      activated.map(({ userId }) => userId),
      RECORD.type,
      RECORD.amount,
      RECORD.description,
    ],
  );
}
