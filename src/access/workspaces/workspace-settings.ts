import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { Principal } from '../../identity/public/principal.js';
import { workspaceNotFound } from '../public/access.errors.js';
import { Access, type OwnWorkspace } from '../public/access.js';
import type { WorkspaceRetention } from './workspace.schemas.js';

/** Null: as long as the installation keeps them. */
export interface WorkspaceSettings {
  readonly name: string;
  readonly eventsDays: number | null;
  readonly deliveriesDays: number | null;
}

export interface WorkspaceDetails extends OwnWorkspace {
  readonly retention: WorkspaceRetention;
}

/** @throws `workspace.not-found` */
export async function readSettings(
  reader: Pick<Transaction, 'query'>,
  workspaceId: string,
  lock: 'FOR NO KEY UPDATE' | '' = '',
): Promise<WorkspaceSettings> {
  const [settings] = await reader.query<WorkspaceSettings>(
    `SELECT name, event_days AS "eventsDays", delivery_days AS "deliveriesDays" FROM workspaces WHERE id = $1 ${lock}`,
    [workspaceId],
  );
  if (settings === undefined) throw workspaceNotFound();
  return settings;
}

export async function writeSettings(tx: Transaction, workspaceId: string, settings: WorkspaceSettings): Promise<void> {
  await tx.query('UPDATE workspaces SET name = $2, event_days = $3, delivery_days = $4 WHERE id = $1', [
    workspaceId,
    settings.name,
    settings.eventsDays,
    settings.deliveriesDays,
  ]);
}

/** Shows one workspace with its settings. */
@Injectable()
export class ShowWorkspace {
  constructor(
    private readonly access: Access,
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** @throws `workspace.not-found` for non-members */
  async run(principal: Principal, workspaceId: string): Promise<WorkspaceDetails> {
    const workspace = await this.access.workspaceOf(principal, workspaceId);
    const { eventsDays, deliveriesDays } = await readSettings(this.database, workspaceId);
    const { eventRetentionDays: maxEventsDays, deliveryRetentionDays: maxDeliveriesDays } = this.config;
    return { ...workspace, retention: { eventsDays, deliveriesDays, maxEventsDays, maxDeliveriesDays } };
  }
}
