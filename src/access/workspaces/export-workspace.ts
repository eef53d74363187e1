import { Injectable, Logger, StreamableFile } from '@nestjs/common';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import { WORKSPACE_EXPORT } from '../public/access.declarations.js';
import { Access } from '../public/access.js';
import { exportLines } from './export-lines.js';
import { exportsBusy } from './workspace.errors.js';

/** Per process. Each export holds a connection of the pool, and a snapshot that keeps old rows from being removed. */
const MAX_EXPORTS = 2;
const RETRY_AFTER_SECONDS = 30;
/** An export ends when its client takes nothing for this long. */
const STALL_MS = 60_000;
const MAX_MS = 3_600_000;
const CHUNK_CHARACTERS = 65_536;

/** Exports workspaces as JSON lines. */
@Injectable()
export class ExportWorkspace {
  private readonly logger = new Logger(ExportWorkspace.name);
  private running = 0;

  constructor(
    private readonly access: Access,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * Streams everything of one snapshot, at the pace of the caller. An error or a stall aborts the connection, so that a
   * partial file cannot pass for a complete one.
   * @throws `workspace.exports-busy`, and the errors of `Access.require`
   */
  async run(actor: RequestActor, workspaceId: string): Promise<StreamableFile> {
    if (this.running >= MAX_EXPORTS) throw exportsBusy(undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    this.running += 1;
    const file = new PassThrough({ highWaterMark: CHUNK_CHARACTERS });
    try {
      const permissions = await this.begin(actor, workspaceId);
      void this.write(file, { workspaceId, userId: actor.principal.userId, permissions }).finally(() => this.end());
    } catch (error) {
      this.end();
      throw error;
    }
    const disposition = `attachment; filename="workspace-${workspaceId}.jsonl"`;
    return new StreamableFile(file, { type: 'application/jsonl', disposition });
  }

  private end(): void {
    this.running -= 1;
  }

  private async begin(actor: RequestActor, workspaceId: string): Promise<ReadonlySet<string>> {
    return this.access.transaction(actor.principal, workspaceId, WORKSPACE_EXPORT, async (tx, permissions) => {
      await this.audit.record(tx, { action: 'workspace.exported', actor, workspaceId, target: workspaceId });
      return new Set(permissions);
    });
  }

  /** Never rejects: an error destroys the file. */
  private async write(
    file: PassThrough,
    query: { workspaceId: string; userId: string; permissions: ReadonlySet<string> },
  ): Promise<void> {
    const stalled = new AbortController();
    const timer = setTimeout(() => stalled.abort(), STALL_MS).unref();
    const signal = AbortSignal.any([stalled.signal, AbortSignal.timeout(MAX_MS)]);
    try {
      await this.database.snapshot(async (tx) => {
        // The transaction is idle while the client reads. Longer than a stall, which ends it first.
        await tx.query(`SET LOCAL idle_in_transaction_session_timeout = ${2 * STALL_MS}`);
        const chunks = chunksOf(exportLines({ ...query, tx }), () => timer.refresh());
        await pipeline(Readable.from(chunks, { objectMode: false }), file, { signal });
      });
    } catch (error) {
      this.logger.warn({ msg: 'an export ended early', workspaceId: query.workspaceId, err: error });
      file.destroy(error instanceof Error ? error : undefined);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Joins short lines, because a chunk costs more than a line. */
async function* chunksOf(lines: AsyncIterable<string>, onChunk: () => void): AsyncGenerator<string, void> {
  let chunk = '';
  for await (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    onChunk();
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
