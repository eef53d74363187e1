import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { draftEvent, EventLog } from '../../../platform/events/event-log.js';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import { mentionsIn } from '../content/mentions.js';
import { documentMentioned, documentsChannel } from '../documents.declarations.js';
import { DocumentLog } from './document-log.js';

const SCAN_MS = 1_000;

interface DueRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly title: string;
  readonly editorIds: string[];
}

type Counts = ReadonlyMap<string, number>;

/**
 * Publishes new mentions in changed documents. A change stores when to scan in its own transaction, and the scan clears
 * that together with publishing the mention, so that a crash in between neither loses nor repeats one.
 */
@Injectable()
export class FindMentions implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(FindMentions.name);
  private stopped = false;
  private stopScanning = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly documents: DocumentLog,
    private readonly events: EventLog,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'scanning for mentions failed', err: error });
    this.stopScanning = runEvery(SCAN_MS, () => this.scanAll(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.stopScanning();
  }

  private async scanAll(): Promise<void> {
    while (!this.stopped && (await this.database.transaction((tx) => this.scanNext(tx))));
  }

  /** @returns false when no document is due */
  private async scanNext(tx: Transaction): Promise<boolean> {
    const [document] = await tx.query<DueRow>(
      `SELECT id, workspace_id AS "workspaceId", title, edited_by AS "editorIds" FROM documents
       WHERE look_at <= now() ORDER BY look_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
    );
    if (document === undefined) return false;
    const { id, workspaceId, title, editorIds } = document;
    await tx.query(`UPDATE documents SET look_at = NULL, edited_by = '{}' WHERE id = $1`, [id]);
    const userIds = await updateCounts(tx, id, mentionsIn(await this.documents.content(id, tx)));
    if (userIds.length === 0) return true;
    // A single editor is the actor, who gets no notification. With several editors the author is unknown.
    const actor = editorIds.length === 1 ? editorIds[0] : null;
    const mentioned = { id, title, userIds, editorIds };
    await this.events.append(tx, [draftEvent(documentMentioned, documentsChannel(workspaceId), mentioned, actor)]);
    return true;
  }
}

/** @returns the users who are mentioned more often than at the last scan */
async function updateCounts(tx: Transaction, documentId: string, now: Counts): Promise<string[]> {
  const rows = await tx.query<{ userId: string; times: number }>(
    'SELECT user_id AS "userId", times FROM document_mentions WHERE document_id = $1',
    [documentId],
  );
  const before: Counts = new Map(rows.map(({ userId, times }) => [userId, times]));
  const removed = [...before.keys()].filter((userId) => !now.has(userId));
  const changed = [...now].filter(([userId, times]) => times !== before.get(userId));
  if (removed.length > 0) {
    await tx.query('DELETE FROM document_mentions WHERE document_id = $1 AND user_id = ANY($2::uuid[])', [
      documentId,
      removed,
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
