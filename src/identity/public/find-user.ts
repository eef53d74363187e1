import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Database } from '../../platform/database/database.js';
import { User } from '../users/user.entity.js';
import { userNotFound } from './user.errors.js';
import { showOwnUser, showUser, type OwnUserResponse, type UserResponse } from './user.schemas.js';

@Injectable()
export class FindUser {
  constructor(private readonly database: Database) {}

  /** @throws `user.not-found` */
  async byId(id: string): Promise<UserResponse> {
    return showUser(await this.find(id));
  }

  /** As `byId`, for the user themselves. */
  async ownById(id: string): Promise<OwnUserResponse> {
    return showOwnUser(await this.find(id));
  }

  private async find(id: string): Promise<User> {
    const user = isUuid(id) ? await this.database.manager.findOneBy(User, { id }) : null;
    if (user === null) throw userNotFound();
    return user;
  }
}
