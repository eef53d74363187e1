import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Role } from '../permissions/effective-permissions.js';
import { rolesOf } from './workspace-roles.js';

@Injectable()
export class ListRoles {
  constructor(private readonly database: Database) {}

  /** The built-in roles first, then those of the workspace by name. */
  run(workspaceId: string): Promise<Role[]> {
    return rolesOf(this.database, workspaceId);
  }
}
