import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SYSTEM } from '../../platform/audit/actor.js';
import { AuditErasure } from '../../platform/audit/audit-erasure.js';
import { Audit } from '../../platform/audit/audit.js';
import { isTooFarOff } from '../../platform/clock/clock-drift.js';
import { databaseClock } from '../../platform/clock/database-clock.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { Database } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import { ChannelErasure } from '../../platform/events/channel-erasure.js';
import { workspaceData } from '../public/workspace-data.js';
import { workspaceChannels } from './workspace-channels.js';

const SWEEP_MS = 60_000;

/**
 * Erases deleted workspaces after their grace period, in short transactions. An interrupted erasure, or that of a
 * second worker at the same time, goes on with the rows that are left; the row of the workspace is the last one.
 */
@Injectable()
export class EraseWorkspaces implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(EraseWorkspaces.name);
  private isStopping = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly channels: ChannelErasure,
    private readonly auditErasure: AuditErasure,
    private readonly audit: Audit,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'cannot erase deleted workspaces', err: error });
    this.stop = runEvery(SWEEP_MS, () => this.sweep(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.stop();
  }

  async sweep(): Promise<void> {
    // One of the two clocks is wrong, and the grace period may not have ended.
    if (isTooFarOff(databaseClock.driftMs)) return;
    const due = await this.database.query<{ id: string }>(
      'SELECT id FROM workspaces WHERE erase_at <= now() ORDER BY erase_at LIMIT 100',
    );
    for (const { id } of due) if (!this.isStopping) await this.erase(id);
  }

  private async erase(workspaceId: string): Promise<void> {
    const isStopping = () => this.isStopping;
    await this.eraseChannels(workspaceId);
    for (const sql of workspaceData().flatMap(({ erase = [] }) => erase)) {
      if (this.isStopping) return;
      await deleteInPieces(this.database, sql, [workspaceId], isStopping);
    }
    await this.auditErasure.deleteRows(workspaceId, isStopping);
    if (!this.isStopping) await this.finish(workspaceId);
  }

  private async eraseChannels(workspaceId: string): Promise<void> {
    const isStopping = () => this.isStopping;
    const statements = workspaceData().flatMap(({ eraseChannels = [] }) => eraseChannels);
    for await (const channels of workspaceChannels(this.database, workspaceId)) {
      const ids = channels.map(({ id }) => id);
      for (const sql of statements) await deleteInPieces(this.database, sql, [ids], isStopping);
      if (this.isStopping) return;
      await this.channels.run(channels, isStopping);
    }
  }

  private async finish(workspaceId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [workspace] = await tx.query<{ name: string }>(
        'SELECT name FROM workspaces WHERE id = $1 AND erase_at <= now() FOR UPDATE',
        [workspaceId],
      );
      if (workspace === undefined) return;
      // Allows no erasure once the row is gone.
      const auditHead = await this.auditErasure.deleteChain(tx, workspaceId);
      await tx.query('DELETE FROM workspaces WHERE id = $1', [workspaceId]);
      const before = { name: workspace.name, auditHead: auditHead ?? null };
      const entry = { actor: SYSTEM, workspaceId: null, target: workspaceId, before };
      await this.audit.record(tx, { action: 'workspace.erased', ...entry });
    });
  }
}
