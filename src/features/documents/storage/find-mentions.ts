import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { draftEvent, EventLog } from '../../../platform/events/event-log.js';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import { mentionsIn } from '../content/mentions.js';
import { documentMentioned, documentsChannel } from '../documents.declarations.js';
import { DocumentLog } from './document-log.js';

const LOOK_MS = 1_000;

interface LookedAtRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly title: string;
  readonly editorIds: string[];
}

type Times = ReadonlyMap<string, number>;

/**
 * Tells who is mentioned in documents that have changed. A change leaves behind when to look, in its own transaction, and
 * the look that finds the mention takes that away with telling it: so each is told once, whoever dies in between.
 */
@Injectable()
export class FindMentions implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(FindMentions.name);
  private stopped = false;
  private stopLooking = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly documents: DocumentLog,
    private readonly events: EventLog,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'looking for mentions failed', err: error });
    this.stopLooking = runEvery(LOOK_MS, () => this.lookAtAll(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.stopLooking();
  }

  private async lookAtAll(): Promise<void> {
    while (!this.stopped && (await this.database.transaction((tx) => this.lookAtNext(tx))));
  }

  /** @returns false when there is none to look at */
  private async lookAtNext(tx: Transaction): Promise<boolean> {
    const [document] = await tx.query<LookedAtRow>(
      `SELECT id, workspace_id AS "workspaceId", title, edited_by AS "editorIds" FROM documents
       WHERE look_at <= now() ORDER BY look_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
    );
    if (document === undefined) return false;
    const { id, workspaceId, title, editorIds } = document;
    await tx.query(`UPDATE documents SET look_at = NULL, edited_by = '{}' WHERE id = $1`, [id]);
    const userIds = await remember(tx, id, mentionsIn(await this.documents.content(id, tx)));
    if (userIds.length === 0) return true;
    // Of several nobody knows who it was, and whoever did it wants no notification of his own.
    const actor = editorIds.length === 1 ? editorIds[0] : null;
    const mentioned = { id, title, userIds, editorIds };
    await this.events.append(tx, [draftEvent(documentMentioned, documentsChannel(workspaceId), mentioned, actor)]);
    return true;
  }
}

/** @returns who is mentioned more often than at the last look */
async function remember(tx: Transaction, documentId: string, now: Times): Promise<string[]> {
  const rows = await tx.query<{ userId: string; times: number }>(
    'SELECT user_id AS "userId", times FROM document_mentions WHERE document_id = $1',
    [documentId],
  );
  const before: Times = new Map(rows.map(({ userId, times }) => [userId, times]));
  const gone = [...before.keys()].filter((userId) => !now.has(userId));
  const changed = [...now].filter(([userId, times]) => times !== before.get(userId));
  if (gone.length > 0) {
    await tx.query('DELETE FROM document_mentions WHERE document_id = $1 AND user_id = ANY($2::uuid[])', [
      documentId,
      gone,
    ]);
  }
  if (changed.length > 0) {
    await tx.query(
      `INSERT INTO document_mentions (document_id, user_id, times)
       SELECT $1, user_id, times FROM unnest($2::uuid[], $3::int[]) AS mentioned (user_id, times)
       ON CONFLICT (document_id, user_id) DO UPDATE SET times = excluded.times`,
      [documentId, changed.map(([userId]) => userId), changed.map(([, times]) => times)],
    );
  }
  return changed.filter(([userId, times]) => times > (before.get(userId) ?? 0)).map(([userId]) => userId);
}
