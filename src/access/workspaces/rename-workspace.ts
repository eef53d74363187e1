import { Injectable } from '@nestjs/common';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { MEMBERS_MANAGE } from '../public/access.declarations.js';
import { Access } from '../public/access.js';
import type { ChangeWorkspaceRequest } from './workspace.schemas.js';

@Injectable()
export class RenameWorkspace {
  constructor(
    private readonly access: Access,
    private readonly audit: Audit,
  ) {}

  /** @throws `workspace.not-found`, `permission.denied` */
  async run(actor: RequestActor, workspaceId: string, { name }: ChangeWorkspaceRequest): Promise<void> {
    await this.access.transaction(actor.principal, workspaceId, MEMBERS_MANAGE, async (tx) => {
      const [before] = await tx.query<{ name: string }>('SELECT name FROM workspaces WHERE id = $1 FOR NO KEY UPDATE', [
        workspaceId,
      ]);
      if (before?.name === name) return;
      await tx.query('UPDATE workspaces SET name = $2 WHERE id = $1', [workspaceId, name]);
      const change = { actor, workspaceId, target: workspaceId, before, after: { name } };
      await this.audit.record(tx, { action: 'workspace.changed', ...change });
    });
  }
}
