import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids.js';
import { Audit } from '../../platform/audit/audit.js';
import type { Actor } from '../../platform/audit/actor.js';
import { Database, isUniqueViolation } from '../../platform/database/database.js';
import { lockAdministrator } from '../public/lock-administrator.js';
import { emailTaken } from '../public/user.errors.js';
import { hashPassword } from './passwords.js';
import { auditedAccount, type CreateUserRequest } from './account.schemas.js';
import { User } from './user.entity.js';

@Injectable()
export class CreateUser {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws `user.email-taken`, `auth.admin-required` unless the actor is the system */
  async run(
    actor: Actor,
    { email, name, password, mustChangePassword = false }: CreateUserRequest,
    isAdmin = false,
  ): Promise<User> {
    const passwordHash = await hashPassword(password);
    const draft = {
      id: newId(),
      email,
      name: name ?? email,
      passwordHash,
      isAdmin,
      disabled: false,
      mustChangePassword,
    };
    try {
      return await this.database.transaction(async (tx) => {
        if (actor.actorId !== null) await lockAdministrator(tx, actor.actorId);
        const user = await tx.manager.save(tx.manager.create(User, draft));
        await this.audit.record(tx, {
          action: 'user.created',
          actor,
          workspaceId: null,
          target: user.id,
          after: auditedAccount(user),
        });
        return user;
      });
    } catch (error) {
      // A check before the insert would not help: two concurrent requests can both find the address unused.
      throw isUniqueViolation(error) ? emailTaken() : error;
    }
  }
}
