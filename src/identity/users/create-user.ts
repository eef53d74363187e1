import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/ids/new-id.js';
import { Database, isUniqueViolation } from '../../platform/database/database.js';
import { hashPassword } from '../login/passwords.js';
import type { CreateUserRequest } from './account.shapes.js';
import { User } from './user.entity.js';
import { emailTaken } from './user.errors.js';

@Injectable()
export class CreateUser {
  constructor(private readonly database: Database) {}

  /** @throws `user.email-taken` */
  async execute({ email, name, password }: CreateUserRequest, isAdmin = false): Promise<User> {
    const passwordHash = await hashPassword(password);
    const draft = { id: newId(), email, name: name ?? email, passwordHash, isAdmin, disabled: false };
    try {
      return await this.database.transaction(({ manager }) => manager.save(manager.create(User, draft)));
    } catch (error) {
      // Looking first would not help: two requests for the same address can both find it free.
      throw isUniqueViolation(error) ? emailTaken() : error;
    }
  }
}
