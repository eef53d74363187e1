import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { Bus } from '../../platform/bus/bus.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { PageQuery } from '../../platform/http/api/page.js';
import { Source } from './source.entity.js';
import { sourceNotFound } from './source.errors.js';

/** The bus topic for changed sources; messages are their keys. */
export const SOURCES_TOPIC = 'sources';

/** All statements that read or change sources. After the commit of a change every node evicts the source. */
@Injectable()
export class SourceStore {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** Oldest first, and one more than `limit` when there are more. */
  list(workspaceId: string, { limit, cursor }: PageQuery): Promise<Source[]> {
    return this.database.manager.find(Source, {
      where: { workspaceId, ...(cursor !== undefined && { id: MoreThan(cursor) }) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
  }

  /** Finds no source of a deleted workspace. */
  findByKey(key: string): Promise<Source | null> {
    return this.database.manager
      .createQueryBuilder(Source, 'source')
      .where('source.key = :key', { key })
      .andWhere('EXISTS (SELECT FROM workspaces WHERE id = source.workspace_id AND deleted_at IS NULL)')
      .getOne();
  }

  find(workspaceId: string, id: string): Promise<Source | null> {
    return this.database.manager.findOneBy(Source, { id, workspaceId });
  }

  /** In any workspace: the caller checks the right to it. */
  findAnywhere(id: string): Promise<Source | null> {
    return this.database.manager.findOneBy(Source, { id });
  }

  /** Locked until the transaction ends. @throws `source.not-found` */
  async lock(tx: Transaction, workspaceId: string, id: string): Promise<Source> {
    const where = { id, workspaceId };
    const source = await tx.manager.findOne(Source, { where, lock: { mode: 'pessimistic_write' } });
    if (source === null) throw sourceNotFound();
    return source;
  }

  insert(tx: Transaction, source: Omit<Source, 'createdAt'>): Promise<Source> {
    return tx.manager.save(Source, source);
  }

  /** Increments the version, so that no delivery that was verified with the previous one is stored. */
  update(tx: Transaction, source: Source): Promise<Source> {
    source.version += 1;
    tx.afterCommit(() => this.bus.publish(SOURCES_TOPIC, source.key));
    return tx.manager.save(source);
  }

  /** Its deliveries stay until retention deletes them. */
  async delete(tx: Transaction, { id, key }: Source): Promise<void> {
    tx.afterCommit(() => this.bus.publish(SOURCES_TOPIC, key));
    await tx.manager.delete(Source, { id });
  }
}
