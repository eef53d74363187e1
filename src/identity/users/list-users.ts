import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import type { PageQuery } from '../../platform/http/api/page.js';
import { User } from './user.entity.js';

@Injectable()
export class ListUsers {
  constructor(private readonly database: Database) {}

  /** Oldest first; returns `limit + 1` users when there are more. */
  async run({ limit, cursor }: PageQuery): Promise<User[]> {
    return this.database.manager.find(User, {
      where: cursor === undefined ? {} : { id: MoreThan(cursor) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
  }
}
