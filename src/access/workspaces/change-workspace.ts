import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Config } from '../../platform/config/config.js';
import { MEMBERS_MANAGE } from '../public/access.declarations.js';
import { Access } from '../public/access.js';
import { retentionTooLong } from './workspace.errors.js';
import type { ChangeWorkspaceRequest } from './workspace.schemas.js';
import { readSettings, writeSettings } from './workspace-settings.js';

@Injectable()
export class ChangeWorkspace {
  constructor(
    private readonly access: Access,
    private readonly config: Config,
    private readonly audit: Audit,
  ) {}

  /** @throws `workspace.not-found`, `permission.denied`, `workspace.retention-too-long` */
  async run(actor: RequestActor, workspaceId: string, { name, retention }: ChangeWorkspaceRequest): Promise<void> {
    this.checkBound('eventsDays', retention?.eventsDays, this.config.eventRetentionDays);
    this.checkBound('deliveriesDays', retention?.deliveriesDays, this.config.deliveryRetentionDays);
    await this.access.transaction(actor.principal, workspaceId, MEMBERS_MANAGE, async (tx) => {
      const before = await readSettings(tx, workspaceId, 'FOR NO KEY UPDATE');
      const after = {
        name: name ?? before.name,
        eventsDays: retention?.eventsDays === undefined ? before.eventsDays : retention.eventsDays,
        deliveriesDays: retention?.deliveriesDays === undefined ? before.deliveriesDays : retention.deliveriesDays,
      };
      const changed = (['name', 'eventsDays', 'deliveriesDays'] as const).filter((key) => before[key] !== after[key]);
      if (changed.length === 0) return;
      await writeSettings(tx, workspaceId, after);
      const pick = (settings: typeof before) => Object.fromEntries(changed.map((key) => [key, settings[key]]));
      const change = { actor, workspaceId, target: workspaceId, before: pick(before), after: pick(after) };
      await this.audit.record(tx, { action: 'workspace.changed', ...change });
    });
  }

  private checkBound(field: string, days: number | null | undefined, max: number): void {
    if (days !== undefined && days !== null && days > max)
      throw retentionTooLong(`${field} can be at most ${max}, which is what the installation keeps.`);
  }
}
