import { Injectable } from '@nestjs/common';
import { declaredNotices } from '../../../access/contracts/define-notice.js';
import { Database } from '../../../platform/database/database.js';
import { noticeUnknown } from '../notification.errors.js';
import type { PreferenceRequest, PreferencesResponse, QuietHoursRequest } from './preferences.shapes.js';
import { clockOf, minuteOf, type QuietHours } from './quiet-hours.js';

interface PreferenceRow extends PreferenceRequest {
  readonly kind: string;
}

/** Of what a user wants to hear, and how. Whoever has said nothing hears of everything. */
@Injectable()
export class Preferences {
  constructor(private readonly database: Database) {}

  async of(userId: string): Promise<PreferencesResponse> {
    const rows = await this.database.query<PreferenceRow>(
      'SELECT kind, in_app AS "inApp", push FROM notification_preferences WHERE user_id = $1',
      [userId],
    );
    const chosen = new Map(rows.map(({ kind, ...choice }) => [kind, choice]));
    const kinds = declaredNotices().map(({ kind, description }) => {
      return { kind, description, ...(chosen.get(kind) ?? { inApp: true, push: true }) };
    });
    return { kinds, quietHours: await this.quietHoursOf(userId) };
  }

  /** @throws `notification.unknown-kind` */
  async choose(userId: string, kind: string, { inApp, push }: PreferenceRequest): Promise<void> {
    if (!declaredNotices().some((rule) => rule.kind === kind)) throw noticeUnknown();
    await this.database.query(
      `INSERT INTO notification_preferences (user_id, kind, in_app, push) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, kind) DO UPDATE SET in_app = excluded.in_app, push = excluded.push`,
      [userId, kind, inApp, push],
    );
  }

  async setQuietHours(userId: string, { timeZone, from, until }: QuietHoursRequest): Promise<void> {
    await this.database.query(
      `INSERT INTO quiet_hours (user_id, time_zone, from_minute, until_minute) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id) DO UPDATE
       SET time_zone = excluded.time_zone, from_minute = excluded.from_minute, until_minute = excluded.until_minute`,
      [userId, timeZone, minuteOf(from), minuteOf(until)],
    );
  }

  async endQuietHours(userId: string): Promise<void> {
    await this.database.query('DELETE FROM quiet_hours WHERE user_id = $1', [userId]);
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
