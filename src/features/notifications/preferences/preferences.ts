import { Injectable } from '@nestjs/common';
import { declaredNotificationRules } from '../../../access/public/define-notification.js';
import { Config } from '../../../platform/config/config.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { cancelMailsOfKind, makeMailsDue } from '../mail/mail.store.js';
import { emailNotOffered, notificationKindUnknown } from '../notification.errors.js';
import type { PreferenceRequest, PreferencesResponse, QuietHoursRequest } from './preferences.schemas.js';
import { clockOf, minuteOf, type QuietHours } from './quiet-hours.js';

interface PreferenceRow extends Required<PreferenceRequest> {
  readonly kind: string;
}

const BY_DEFAULT = { inApp: true, push: true, email: 'off' } as const;

/** The kinds of notifications that a user receives, and how: by default all kinds in the app and as pushes. */
@Injectable()
export class Preferences {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  async of(userId: string): Promise<PreferencesResponse> {
    const rows = await this.database.query<PreferenceRow>(
      'SELECT kind, in_app AS "inApp", push, email FROM notification_preferences WHERE user_id = $1',
      [userId],
    );
    const chosen = new Map(rows.map(({ kind, ...choice }) => [kind, choice]));
    const kinds = declaredNotificationRules().map(({ kind, description }) => {
      return { kind, description, ...(chosen.get(kind) ?? BY_DEFAULT) };
    });
    return { kinds, emailOffered: this.isEmailOffered, quietHours: await this.quietHoursOf(userId) };
  }

  /**
   * Switching pushes or mails off also cancels the pending ones of that kind.
   * @throws `notification.unknown-kind`, `notification.email-not-offered`
   */
  async choose(userId: string, kind: string, { inApp, push, email }: PreferenceRequest): Promise<void> {
    if (!declaredNotificationRules().some((rule) => rule.kind === kind)) throw notificationKindUnknown();
    if (email !== undefined && email !== 'off' && !this.isEmailOffered) throw emailNotOffered();
    await this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO notification_preferences (user_id, kind, in_app, push, email)
         VALUES ($1, $2, $3, $4, COALESCE($5::text, 'off'))
         ON CONFLICT (user_id, kind) DO UPDATE SET in_app = excluded.in_app, push = excluded.push,
           email = COALESCE($5::text, notification_preferences.email)`,
        [userId, kind, inApp, push, email ?? null],
      );
      if (email === 'off') await cancelMailsOfKind(tx, userId, kind);
      if (push) return;
      await tx.query(
        `DELETE FROM pushes USING push_subscriptions, notifications
         WHERE push_subscriptions.user_id = $1 AND pushes.subscription_id = push_subscriptions.id
           AND notifications.id = pushes.notification_id AND notifications.kind = $2`,
        [userId, kind],
      );
    });
  }

  async setQuietHours(userId: string, { timeZone, from, until }: QuietHoursRequest): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO quiet_hours (user_id, time_zone, from_minute, until_minute) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE
         SET time_zone = excluded.time_zone, from_minute = excluded.from_minute, until_minute = excluded.until_minute`,
        [userId, timeZone, minuteOf(from), minuteOf(until)],
      );
      await this.makePushesDue(tx, userId);
      await makeMailsDue(tx, userId);
    });
  }

  async deleteQuietHours(userId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query('DELETE FROM quiet_hours WHERE user_id = $1', [userId]);
      await this.makePushesDue(tx, userId);
      await makeMailsDue(tx, userId);
    });
  }

  /** Re-evaluates pushes that wait for the end of the old quiet hours, except those that a worker has claimed. */
  private async makePushesDue(tx: Transaction, userId: string): Promise<void> {
    await tx.query(
      `UPDATE pushes SET due_at = now() FROM push_subscriptions
       WHERE push_subscriptions.user_id = $1 AND pushes.subscription_id = push_subscriptions.id AND pushes.attempts = 0
         AND pushes.ticket IS NULL AND pushes.due_at > now() + make_interval(secs => $2)`,
      [userId, this.config.pushDelaySeconds],
    );
  }

  private get isEmailOffered(): boolean {
    return this.config.smtpUrl !== undefined;
  }

  private async quietHoursOf(userId: string): Promise<QuietHoursRequest | null> {
    const [row] = await this.database.query<QuietHours>(
      `SELECT time_zone AS "timeZone", from_minute AS "fromMinute", until_minute AS "untilMinute"
       FROM quiet_hours WHERE user_id = $1`,
      [userId],
    );
    return row === undefined
      ? null
      : { timeZone: row.timeZone, from: clockOf(row.fromMinute), until: clockOf(row.untilMinute) };
  }
}
