import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { EmailChoice } from '../preferences/email-choice.js';
import type { QuietHours } from '../preferences/quiet-hours.js';

/** A notification to be mailed to its user. */
export interface PendingMail extends Partial<QuietHours> {
  readonly notificationId: string;
  readonly userId: string;
  /** Includes the attempt that begins now. */
  readonly attempts: number;
  readonly address: string;
  readonly title: string;
  readonly body: string;
  readonly path: string;
  readonly workspaceId: string | null;
  readonly permission: string | null;
  /** False: it was read or archived, is too old, or its user is disabled. */
  readonly isWanted: boolean;
}

/** Longer than an attempt takes: after that its worker has crashed. */
const CLAIM_SECONDS = 180;
const MAX_AGE_DAYS = 3;
const MAX_CLAIMED = 500;

/**
 * Plans mails of notifications. They are due now, or for a digest together with the notifications that already wait for
 * the user's next one.
 */
export async function planMails(
  tx: Transaction,
  notifications: ReadonlyArray<{ readonly id: string; readonly userId: string; readonly email: EmailChoice }>,
): Promise<void> {
  const mailed = notifications.filter(({ email }) => email !== 'off');
  if (mailed.length === 0) return;
  await tx.query(
    `INSERT INTO notification_mails (notification_id, user_id, digest, planned_at, due_at)
     SELECT new.id, new.user_id, new.digest, planned.at, planned.at
     FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS new (id, user_id, digest)
     CROSS JOIN LATERAL (
       SELECT CASE new.digest WHEN 'immediately' THEN now() ELSE COALESCE(
         (SELECT min(planned_at) FROM notification_mails AS waiting
          WHERE waiting.user_id = new.user_id AND waiting.digest = new.digest AND waiting.planned_at > now()),
         now() + CASE new.digest WHEN 'hourly' THEN interval '1 hour' ELSE interval '1 day' END) END AS at) AS planned`,
    [mailed.map(({ id }) => id), mailed.map(({ userId }) => userId), mailed.map(({ email }) => email)],
  );
}

/** Cancels the mails of notifications that were read. */
export async function cancelMails(tx: Transaction, notificationIds: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM notification_mails WHERE notification_id = ANY($1::uuid[])', [notificationIds]);
}

/** Cancels what waits for a user of one kind of notification. */
export async function cancelMailsOfKind(tx: Transaction, userId: string, kind: string): Promise<void> {
  await tx.query(
    `DELETE FROM notification_mails USING notifications
     WHERE notification_mails.user_id = $1 AND notifications.id = notification_id AND notifications.kind = $2`,
    [userId, kind],
  );
}

/** Re-evaluates mails that wait for the end of the old quiet hours, except those of a failed attempt. */
export async function makeMailsDue(tx: Transaction, userId: string): Promise<void> {
  await tx.query('UPDATE notification_mails SET due_at = planned_at WHERE user_id = $1 AND attempts = 0', [userId]);
}

/** Other statements on pending mails. A row is sent when it is due, and deleted when it is sent or given up. */
@Injectable()
export class MailStore {
  constructor(private readonly database: Database) {}

  async usersWithDue(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ userId: string }>(
      `SELECT user_id AS "userId" FROM notification_mails WHERE due_at <= now()
       GROUP BY user_id ORDER BY min(due_at) LIMIT $1`,
      [limit],
    );
    return rows.map(({ userId }) => userId);
  }

  /**
   * Claims what is due for a user, oldest first, until the claim expires. Of two workers one gets all of it: the other
   * one waits for the rows, and then they are no longer due.
   */
  claim(userId: string): Promise<PendingMail[]> {
    return this.database.query<PendingMail>(
      `WITH claimed AS (
         UPDATE notification_mails SET due_at = now() + make_interval(secs => ${CLAIM_SECONDS}), attempts = attempts + 1
         WHERE notification_id IN (
           SELECT notification_id FROM notification_mails WHERE user_id = $1 AND due_at <= now()
           ORDER BY notification_id LIMIT ${MAX_CLAIMED})
           AND due_at <= now()
         RETURNING notification_id, user_id, attempts)
       SELECT notifications.id AS "notificationId", claimed.user_id AS "userId", claimed.attempts, users.email AS address,
         title, body, path, workspace_id AS "workspaceId", permission,
         read_at IS NULL AND archived_at IS NULL AND NOT users.disabled
           AND notifications.created_at > now() - interval '${MAX_AGE_DAYS} days' AS "isWanted",
         time_zone AS "timeZone", from_minute AS "fromMinute", until_minute AS "untilMinute"
       FROM claimed
       JOIN notifications ON notifications.id = claimed.notification_id
       JOIN users ON users.id = claimed.user_id
       LEFT JOIN quiet_hours ON quiet_hours.user_id = claimed.user_id
       ORDER BY notifications.id`,
      [userId],
    );
  }

  /** Ends the claim without an attempt. */
  async release(notificationIds: readonly string[], until: Date): Promise<void> {
    await this.database.query(
      'UPDATE notification_mails SET due_at = $2, attempts = attempts - 1 WHERE notification_id = ANY($1::uuid[])',
      [notificationIds, until],
    );
  }

  async retryIn(notificationIds: readonly string[], delayMs: number): Promise<void> {
    await this.database.query(
      'UPDATE notification_mails SET due_at = now() + make_interval(secs => $2) WHERE notification_id = ANY($1::uuid[])',
      [notificationIds, delayMs / 1_000],
    );
  }

  async delete(notificationIds: readonly string[]): Promise<void> {
    if (notificationIds.length === 0) return;
    await this.database.query('DELETE FROM notification_mails WHERE notification_id = ANY($1::uuid[])', [
      notificationIds,
    ]);
  }
}
