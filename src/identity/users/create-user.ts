import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { Database, isUniqueViolation } from '../../platform/database/database.js';
import { hashPassword } from '../login/passwords.js';
import { User } from './user.entity.js';
import { emailTaken } from './user.errors.js';

export const userName = z.string().trim().min(1).max(200);

/** OWASP ASVS 5, 6.2.1 and 6.2.9: a length from below, and none from above that a pass phrase would reach. */
export const createUserRequest = z.strictObject({
  email: z.string().trim().toLowerCase().max(254).pipe(z.email()),
  name: userName.optional().describe('the e-mail address when left out'),
  password: z.string().min(12).max(1_024),
});

export type CreateUserRequest = z.infer<typeof createUserRequest>;

@Injectable()
export class CreateUser {
  constructor(private readonly database: Database) {}

  /** @throws `user.email-taken` */
  async execute({ email, name, password }: CreateUserRequest, isAdmin = false): Promise<User> {
    const passwordHash = await hashPassword(password);
    const draft = { id: uuidv7(), email, name: name ?? email, passwordHash, isAdmin, disabled: false };
    try {
      return await this.database.transaction(({ manager }) => manager.save(manager.create(User, draft)));
    } catch (error) {
      // Looking first would not help: two requests for the same address can both find it free.
      throw isUniqueViolation(error) ? emailTaken() : error;
    }
  }
}
