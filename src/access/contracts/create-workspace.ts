import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { ACCESS_TOPIC } from '../../identity/contracts/access-topic.js';
import { Bus } from '../../platform/bus/bus.js';
import { Database } from '../../platform/database/database.js';

@Injectable()
export class CreateWorkspace {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** Makes a workspace whose one member is its owner. */
  async execute({ name }: { readonly name: string }, ownerId: string): Promise<{ id: string }> {
    const id = uuidv7();
    await this.database.transaction(async (tx) => {
      await tx.query('INSERT INTO workspaces (id, name) VALUES ($1, $2)', [id, name]);
      await tx.query(`INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, 'owner')`, [id, ownerId]);
      tx.afterCommit(() => this.bus.publish(ACCESS_TOPIC, ownerId));
    });
    return { id };
  }
}
