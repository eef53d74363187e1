import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.js';
import { Fence } from '../../platform/fence/fence.js';

@Injectable()
export class CreateWorkspace {
  constructor(private readonly fence: Fence) {}

  /** Makes a workspace whose one member is its owner. */
  async execute({ name }: { readonly name: string }, ownerId: string): Promise<{ id: string }> {
    const id = newId();
    await this.fence.transaction(async (tx, changed) => {
      await tx.query('INSERT INTO workspaces (id, name) VALUES ($1, $2)', [id, name]);
      await tx.query(`INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`, [id, ownerId]);
      changed(ownerId);
    });
    return { id };
  }
}
