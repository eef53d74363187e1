import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { JobQueue } from '../../../platform/queues/job-queue.js';
import type { QuietHours } from '../preferences/quiet-hours.js';
import type { PushTarget } from './push-service.js';
import type { SendPushesPayload } from './send-pushes.job.js';
import { SealedTargets } from './sealed-targets.js';

/** The size of the largest batch that a push service takes. */
const JOB_SIZE = 100;
/** Longer than any work on a push takes: after that its worker has crashed. */
const CLAIM_SECONDS = 180;
/** The queue's clock may differ from the database's. */
const CLOCK_SKEW_SECONDS = 1;

/** A notification to be sent to one browser or phone. */
export interface Push extends Partial<QuietHours> {
  readonly id: string;
  readonly attempts: number;
  readonly ticket: string | null;
  readonly subscriptionId: string;
  readonly target: PushTarget;
  readonly service: 'web' | 'expo';
  /** How often in a row the service has rejected a push to this target. */
  readonly refusals: number;
  readonly userId: string;
  readonly sessionId: string | null;
  readonly subscribedAt: Date;
  readonly notificationId: string;
  readonly kind: string;
  readonly workspaceId: string | null;
  readonly permission: string | null;
  readonly subject: string;
  readonly title: string;
  readonly body: string;
  readonly path: string;
  readonly createdAt: Date;
  readonly isSeen: boolean;
}

interface ClaimedRow extends Omit<Push, 'target'> {
  /** The sealed target. */
  readonly secrets: readonly string[];
}

/** The rows of pending pushes. A row is sent when it is due, and deleted when it is sent or given up. */
@Injectable()
export class Pushes {
  private readonly logger = new Logger(Pushes.name);

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly targets: SealedTargets,
  ) {}

  /**
   * Plans pushes after a delay, since a user who reads the notification in the app needs none. Only the newest push of
   * a subject is kept.
   * @returns the ids of the pushes
   */
  async plan(tx: Transaction, notificationIds: readonly string[]): Promise<string[]> {
    if (notificationIds.length === 0) return [];
    await tx.query(
      `DELETE FROM pushes USING notifications AS newer, push_subscriptions, notifications AS older
       WHERE newer.id = ANY($1::uuid[]) AND push_subscriptions.user_id = newer.user_id
         AND pushes.subscription_id = push_subscriptions.id AND pushes.attempts = 0 AND older.id = pushes.notification_id
         AND older.kind = newer.kind AND older.subject = newer.subject`,
      [notificationIds],
    );
    const planned = await tx.query<{ id: string }>(
      `INSERT INTO pushes (id, notification_id, subscription_id, due_at)
       SELECT gen_random_uuid(), newest.id, push_subscriptions.id, now() + make_interval(secs => $2)
       FROM (
         SELECT DISTINCT ON (user_id, kind, subject) id, user_id FROM notifications WHERE id = ANY($1::uuid[])
         ORDER BY user_id, kind, subject, id DESC) AS newest
       JOIN push_subscriptions ON push_subscriptions.user_id = newest.user_id RETURNING id`,
      [notificationIds, this.config.pushDelaySeconds],
    );
    return planned.map(({ id }) => id);
  }

  /** To be called after the commit. The sweep finds pushes whose job was lost. */
  async enqueue(jobs: JobQueue<SendPushesPayload>, pushIds: readonly string[], delayMs?: number): Promise<void> {
    for (const job of jobsOf(pushIds)) {
      await jobs.add(job, delayMs ?? this.config.pushDelaySeconds * 1_000).catch(() => undefined);
    }
  }

  /** Claims the pushes that are due for this worker, until the claim expires. */
  async claim(ids: readonly string[]): Promise<Push[]> {
    const rows = await this.database.query<ClaimedRow>(
      `WITH claimed AS (
         UPDATE pushes SET due_at = now() + make_interval(secs => $2), attempts = attempts + 1
         WHERE id = ANY($1::uuid[]) AND due_at <= now() + make_interval(secs => $3)
         RETURNING id, attempts, ticket, notification_id, subscription_id)
       SELECT claimed.id, claimed.attempts, claimed.ticket, subscriptions.id AS "subscriptionId", subscriptions.service,
         subscriptions.refusals, subscriptions.secrets, subscriptions.user_id AS "userId",
         subscriptions.session_id AS "sessionId", subscriptions.created_at AS "subscribedAt", notifications.id AS "notificationId", notifications.kind,
         notifications.workspace_id AS "workspaceId", notifications.permission, notifications.subject,
         notifications.title, notifications.body, notifications.path, notifications.created_at AS "createdAt",
         notifications.read_at IS NOT NULL OR notifications.archived_at IS NOT NULL
           OR notifications.user_id <> subscriptions.user_id AS "isSeen",
         quiet_hours.time_zone AS "timeZone", quiet_hours.from_minute AS "fromMinute",
         quiet_hours.until_minute AS "untilMinute"
       FROM claimed
       JOIN notifications ON notifications.id = claimed.notification_id
       JOIN push_subscriptions AS subscriptions ON subscriptions.id = claimed.subscription_id
       LEFT JOIN quiet_hours ON quiet_hours.user_id = subscriptions.user_id`,
      [ids, CLAIM_SECONDS, CLOCK_SKEW_SECONDS],
    );
    const opened = await Promise.all(rows.map((row) => this.open(row)));
    return opened.filter((push) => push !== undefined);
  }

  /** Deletes a push whose target no key opens, so that it does not block the others. */
  private async open({ secrets, ...row }: ClaimedRow): Promise<Push | undefined> {
    try {
      return { ...row, target: this.targets.open(secrets, row.subscriptionId) };
    } catch (error) {
      this.logger.error({
        msg: 'the target of a push could not be unsealed',
        subscriptionId: row.subscriptionId,
        err: error,
      });
      await this.delete(row.id);
      return undefined;
    }
  }

  /** @returns pushes that are due and that no worker has claimed */
  async overdue(bySeconds: number, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM pushes WHERE due_at < now() - make_interval(secs => $1) ORDER BY due_at LIMIT $2',
      [bySeconds, limit],
    );
    return rows.map(({ id }) => id);
  }

  async delete(id: string): Promise<void> {
    await this.database.query('DELETE FROM pushes WHERE id = $1', [id]);
  }

  /** @param countsAttempt whether the attempt counts towards the maximum */
  async postpone(ids: readonly string[], delayMs: number, countsAttempt: boolean): Promise<void> {
    await this.database.query(
      `UPDATE pushes SET due_at = now() + make_interval(secs => $2), attempts = attempts - $3 WHERE id = ANY($1)`,
      [ids, delayMs / 1_000, countsAttempt ? 0 : 1],
    );
  }

  /** Stores the ticket of an accepted push, with which its receipt is fetched later. */
  async keepTicket(id: string, ticket: string, receiptInMs: number): Promise<void> {
    await this.database.query(
      'UPDATE pushes SET ticket = $2, attempts = 0, due_at = now() + make_interval(secs => $3) WHERE id = $1',
      [id, ticket, receiptInMs / 1_000],
    );
  }

  /** @returns how often in a row the service has rejected a push to this target, including this one */
  async countRefusal(subscriptionId: string): Promise<number> {
    const [row] = await this.database.query<{ refusals: number }>(
      'UPDATE push_subscriptions SET refusals = refusals + 1 WHERE id = $1 RETURNING refusals',
      [subscriptionId],
    );
    return row?.refusals ?? 0;
  }

  async resetRefusals(subscriptionId: string): Promise<void> {
    await this.database.query('UPDATE push_subscriptions SET refusals = 0 WHERE id = $1', [subscriptionId]);
  }

  /** Deletes a subscription whose target is gone, together with its pending pushes. */
  async deleteSubscription(id: string): Promise<void> {
    await this.database.query('DELETE FROM push_subscriptions WHERE id = $1', [id]);
  }
}

export function jobsOf(pushIds: readonly string[]): SendPushesPayload[] {
  const starts = Array.from({ length: Math.ceil(pushIds.length / JOB_SIZE) }, (_, i) => i * JOB_SIZE);
  return starts.map((start) => ({ pushIds: pushIds.slice(start, start + JOB_SIZE) }));
}
