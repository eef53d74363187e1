import type { EmailChoice } from '../preferences/email-choice.js';
import { storableText, type Transaction } from '../../../platform/database/database.js';

export interface NotificationDraft {
  readonly id: string;
  readonly userId: string;
  readonly kind: string;
  readonly workspaceId: string | null;
  readonly permission: string | null;
  readonly eventId: string;
  readonly subject: string;
  readonly title: string;
  readonly body: string;
  readonly path: string;
  readonly actor: string | null;
}

export interface MadeNotification {
  readonly id: string;
  readonly userId: string;
  readonly kind: string;
  readonly workspaceId: string | null;
  readonly actor: string | null;
  readonly inApp: boolean;
  readonly push: boolean;
  readonly email: EmailChoice;
}

/** Stores notifications for users who are enabled and receive their kind in the app, as pushes or by e-mail. */
export async function insertNotifications(
  tx: Transaction,
  drafts: readonly NotificationDraft[],
): Promise<MadeNotification[]> {
  if (drafts.length === 0) return [];
  const rows = await tx.query<MadeNotification>(
    `WITH wanted AS (
       SELECT new.*, COALESCE(preferences.in_app, true) AS in_app, COALESCE(preferences.push, true) AS push,
         COALESCE(preferences.email, 'off') AS email
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[],
         $9::text[], $10::text[], $11::uuid[])
         AS new (id, user_id, kind, workspace_id, permission, event_id, subject, title, body, path, actor)
       JOIN users ON users.id = new.user_id AND NOT users.disabled
       LEFT JOIN notification_preferences AS preferences
         ON preferences.user_id = new.user_id AND preferences.kind = new.kind
       WHERE COALESCE(preferences.in_app, true) OR COALESCE(preferences.push, true) OR preferences.email <> 'off'),
     made AS (
       INSERT INTO notifications (id, user_id, kind, workspace_id, permission, event_id, subject, title, body, path, actor,
         in_app)
       SELECT id, user_id, kind, workspace_id, permission, event_id, subject, title, body, path, actor, in_app FROM wanted
       ON CONFLICT DO NOTHING RETURNING id)
     SELECT wanted.id, wanted.user_id AS "userId", wanted.kind, wanted.workspace_id AS "workspaceId", wanted.actor,
       wanted.in_app AS "inApp", wanted.push, wanted.email
     FROM wanted JOIN made ON made.id = wanted.id ORDER BY wanted.id`,
    [
      drafts.map(({ id }) => id),
      drafts.map(({ userId }) => userId),
      drafts.map(({ kind }) => kind),
      drafts.map(({ workspaceId }) => workspaceId),
      drafts.map(({ permission }) => permission),
      drafts.map(({ eventId }) => eventId),
      drafts.map(({ subject }) => subject),
      drafts.map(({ title }) => storableText(title, 300)),
      drafts.map(({ body }) => storableText(body, 1_000)),
      drafts.map(({ path }) => path),
      drafts.map(({ actor }) => actor),
    ],
  );
  return rows;
}
