import { Injectable } from '@nestjs/common';
import { userChannel } from '../../access/public/user-channel.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { userNotFound } from '../../identity/public/user.errors.js';
import { Database } from '../../platform/database/database.js';
import { draftEvent, EventLog } from '../../platform/events/event-log.js';
import { requireSelfOrAdmin } from './require-self-or-admin.js';
import { statusSet } from './status.declarations.js';
import { STATUS_COLUMNS, statusOf, type StatusRow } from './status-rows.js';
import type { SetStatusRequest, Status } from './status.schemas.js';
import { TimerAlarm } from './timer-alarm.js';

const DEFAULT_DAYS = 3;

@Injectable()
export class SetStatus {
  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly alarm: TimerAlarm,
  ) {}

  /**
   * Sets, resets or cancels the timer. When the timer expires concurrently, the later commit wins: an activated status
   * becomes pending again.
   * @throws `user.not-found`
   */
  async run(actor: RequestActor, id: string, { status, activateAt }: SetStatusRequest): Promise<Status> {
    const userId = requireSelfOrAdmin(actor.principal, id);
    return this.database.transaction(async (tx) => {
      const known = await tx.query('SELECT FROM users WHERE id = $1 FOR KEY SHARE', [userId]);
      if (known.length === 0) throw userNotFound();
      // Uses the clock of the database, which decides when timers are due.
      const [row] = await tx.query<StatusRow>(
        `INSERT INTO user_statuses (user_id, status, activate_at, goal)
         VALUES ($1, $2, CASE WHEN $2 = 'pending'
           THEN greatest(now(), COALESCE($3::timestamptz, now() + make_interval(days => $4))) END, 0)
         ON CONFLICT (user_id) DO UPDATE
           SET status = excluded.status, activate_at = excluded.activate_at, goal = excluded.goal
         RETURNING ${STATUS_COLUMNS}`,
        [userId, status, activateAt ?? null, DEFAULT_DAYS],
      );
      if (row === undefined) throw new Error('The upsert of a status returned no row.');
      const now = statusOf(row);
      await this.log.append(tx, [draftEvent(statusSet, userChannel(userId), now, actor.actorId, actor.socketSession)]);
      if (now.status === 'pending') tx.afterCommit(() => this.alarm.schedule());
      return now;
    });
  }
}
