import { Injectable } from '@nestjs/common';
import { Bus } from '../bus/bus.js';
import { databaseNow } from '../clock/database-clock.js';
import type { Transaction } from '../database/database.js';
import { hashOf, INSTALLATION, type AuditRow } from './audit-chain.js';
import type { Actor } from './actor.js';

/** The bus topic of committed changes of workspaces. A message is `<workspaceId> <action>`. */
export const CHANGE_TOPIC = 'change';

/** One change for the audit log. It must not contain secrets: record their number and that they changed. */
export interface AuditEntry {
  /** `noun.past-tense`: `member.changed`. */
  readonly action: `${string}.${string}`;
  readonly actor: Actor;
  /** Null for changes of the installation, such as users and logins. */
  readonly workspaceId: string | null;
  /** The changed object: an id, or a name if it has no id. */
  readonly target: string | null;
  /** The state before; omitted for new objects. */
  readonly before?: Readonly<Record<string, unknown>> | undefined;
  /** The state after; omitted for deleted objects. */
  readonly after?: Readonly<Record<string, unknown>> | undefined;
}

interface ChainRow {
  readonly length: string;
  readonly hash: Buffer;
}

/** Writes the audit log: a change and its row are committed together or not at all. */
@Injectable()
export class Audit {
  constructor(private readonly bus: Bus) {}

  /**
   * Appends to the chain of the workspace, or to that of the installation. The chain is locked until the commit, so
   * call this last in the transaction: a fixed lock order also prevents deadlocks. A change of a workspace is
   * announced too.
   */
  async record(tx: Transaction, entry: AuditEntry): Promise<void> {
    const { action, target, workspaceId } = entry;
    const { actorId, ip, userAgent, requestId } = entry.actor;
    const chainId = workspaceId ?? INSTALLATION;
    const chain = await this.lock(tx, chainId);
    const row = {
      chainId,
      position: Number(chain.length) + 1,
      at: new Date(databaseNow()),
      action,
      actorId,
      target,
      before: jsonOf(entry.before),
      after: jsonOf(entry.after),
      ip,
      userAgent,
      requestId,
    };
    await this.append(tx, row, hashOf(chain.hash, row));
    if (workspaceId !== null) this.announce(tx, workspaceId, action);
  }

  /** Tells every process after the commit that something of a workspace has changed, as `record` does. */
  announce(tx: Transaction, workspaceId: string, action: AuditEntry['action']): void {
    tx.afterCommit(() => this.bus.publish(CHANGE_TOPIC, `${workspaceId} ${action}`));
  }

  private async lock(tx: Transaction, chainId: string): Promise<ChainRow> {
    await tx.query('INSERT INTO audit_chains (id) VALUES ($1) ON CONFLICT DO NOTHING', [chainId]);
    const [chain] = await tx.query<ChainRow>('SELECT length, hash FROM audit_chains WHERE id = $1 FOR UPDATE', [
      chainId,
    ]);
    if (chain === undefined) throw new Error('An audit chain is missing.');
    return chain;
  }

  private async append(tx: Transaction, row: AuditRow, hash: Buffer): Promise<void> {
    await tx.query(
      `WITH grown AS (UPDATE audit_chains SET length = $2, hash = $12 WHERE id = $1)
       INSERT INTO audit
         (chain_id, position, at, action, actor_id, target, before, after, ip, user_agent, request_id, hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        row.chainId,
        row.position,
        row.at,
        row.action,
        row.actorId,
        row.target,
        row.before,
        row.after,
        row.ip,
        row.userAgent,
        row.requestId,
        hash,
      ],
    );
  }
}

const jsonOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
