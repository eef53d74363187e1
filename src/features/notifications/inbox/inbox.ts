import { Injectable } from '@nestjs/common';
import { Access } from '../../../access/public/access.js';
import { userChannel } from '../../../access/public/user-channel.js';
import type { Principal } from '../../../identity/public/principal.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import type { Position } from '../../../platform/events/logged-event.js';
import { LogReader } from '../../../platform/events/log-reader.js';
import { cancelMails } from '../mail/mail.store.js';
import { notificationNotFound } from '../notification.errors.js';
import type { NotificationRow, NotificationsQuery, ReadAllRequest } from './notification.schemas.js';

const MAX_COUNTED = 1_000;

const COLUMNS = `id, kind, workspace_id AS "workspaceId", subject, title, body, path, actor, created_at AS "createdAt",
  read_at AS "readAt", archived_at AS "archivedAt"`;

/**
 * The notifications of user $1 that their rights allow. $2 and $3 are those rights, in pairs of workspace and
 * permission.
 */
const VISIBLE = `user_id = $1 AND in_app
  AND (workspace_id IS NULL OR (workspace_id, permission) IN (SELECT * FROM unnest($2::uuid[], $3::text[])))`;

type Rights = readonly [userId: string, workspaceIds: string[], permissions: string[]];

/** A user's notifications. Each query checks the current rights, so that a lost right hides them at once. */
@Injectable()
export class Inbox {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly log: LogReader,
  ) {}

  /** Newest first; returns one row more than the page holds. */
  async list(
    caller: Principal,
    { limit, cursor, state, kind, workspaceId }: NotificationsQuery,
  ): Promise<{ rows: NotificationRow[]; unread: number; position: Position }> {
    const rights = await this.rightsOf(caller);
    const { found, position } = await this.log.readAt(userChannel(caller.userId), async (tx) => {
      const rows = await tx.query<NotificationRow>(
        `SELECT ${COLUMNS} FROM notifications
         WHERE ${VISIBLE} AND ($4::uuid IS NULL OR id < $4) AND ($5::text IS NULL OR kind = $5)
           AND ($6::uuid IS NULL OR workspace_id = $6) AND (archived_at IS NOT NULL) = ($7 = 'archived')
           AND ($7 <> 'unread' OR read_at IS NULL)
         ORDER BY id DESC LIMIT $8`,
        [...rights, cursor ?? null, kind ?? null, workspaceId ?? null, state, limit + 1],
      );
      return { rows, unread: await countUnread(tx, rights) };
    });
    return { ...found, position };
  }

  /** @throws `notification.not-found` */
  async get(caller: Principal, id: string): Promise<NotificationRow> {
    const [row] = await this.database.query<NotificationRow>(
      `SELECT ${COLUMNS} FROM notifications WHERE ${VISIBLE} AND id = $4`,
      [...(await this.rightsOf(caller)), id],
    );
    if (row === undefined) throw notificationNotFound();
    return row;
  }

  /** Also cancels the pending pushes and mails of the notification. @throws `notification.not-found` */
  async mark(caller: Principal, id: string, as: 'read' | 'archived'): Promise<NotificationRow> {
    const rights = await this.rightsOf(caller);
    return this.database.transaction(async (tx) => {
      const [row] = await tx.query<NotificationRow>(
        `UPDATE notifications SET read_at = COALESCE(read_at, now()),
           archived_at = CASE WHEN $5 THEN COALESCE(archived_at, now()) ELSE archived_at END
         WHERE ${VISIBLE} AND id = $4 RETURNING ${COLUMNS}`,
        [...rights, id, as === 'archived'],
      );
      if (row === undefined) throw notificationNotFound();
      await cancelSending(tx, [id]);
      return row;
    });
  }

  /** @returns how many notifications were unread */
  async readAll(caller: Principal, { kind, upTo }: ReadAllRequest): Promise<number> {
    const rights = await this.rightsOf(caller);
    return this.database.transaction(async (tx) => {
      const read = await tx.query<{ id: string }>(
        `UPDATE notifications SET read_at = now()
         WHERE ${VISIBLE} AND read_at IS NULL AND ($4::text IS NULL OR kind = $4) AND ($5::uuid IS NULL OR id <= $5)
         RETURNING id`,
        [...rights, kind ?? null, upTo ?? null],
      );
      await cancelSending(
        tx,
        read.map(({ id }) => id),
      );
      return read.length;
    });
  }

  private async rightsOf(caller: Principal): Promise<Rights> {
    const workspaces = await this.access.workspacesOf(caller);
    const pairs = workspaces.flatMap(({ id, permissions }) => permissions.map((permission) => ({ id, permission })));
    return [caller.userId, pairs.map(({ id }) => id), pairs.map(({ permission }) => permission)];
  }
}

async function countUnread(tx: Transaction, rights: Rights): Promise<number> {
  const [row] = await tx.query<{ count: string }>(
    `SELECT count(*) FROM (
       SELECT FROM notifications WHERE ${VISIBLE} AND read_at IS NULL AND archived_at IS NULL LIMIT $4) AS unread`,
    [...rights, MAX_COUNTED],
  );
  return Number(row?.count ?? 0);
}

async function cancelSending(tx: Transaction, notificationIds: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM pushes WHERE notification_id = ANY($1::uuid[])', [notificationIds]);
  await cancelMails(tx, notificationIds);
}
