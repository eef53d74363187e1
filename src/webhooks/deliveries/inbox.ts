import { Injectable } from '@nestjs/common';
import { Database, isBadValue } from '../../platform/database/database.js';
import { OUTDATED, type InboxItem, type Stored } from './inbox-item.js';
import { insert, insertGuarded, type Query } from './insert-deliveries.js';
import { findKeyHolders, takeOverKeys, type KeyHolder } from './dedup-keys.js';

/**
 * Inserts deliveries, many per statement. The unique key (source, dedup key) finds possible duplicates; rows are sorted
 * by it, so that concurrent batches with the same deliveries can't deadlock.
 */
@Injectable()
export class Inbox {
  constructor(private readonly database: Database) {}

  /** @returns an outcome for each item, in the order of `items`, after the commit */
  async store(items: readonly InboxItem[]): Promise<Stored[]> {
    try {
      return await this.storeTogether(items);
    } catch (error) {
      // An item that PostgreSQL rejects must not fail the others.
      if (items.length === 1 || !isBadValue(error)) throw error;
      const outcomes = await Promise.allSettled(items.map((item) => this.storeTogether([item])));
      return outcomes.map((one) => (one.status === 'fulfilled' ? (one.value[0] ?? OUTDATED) : OUTDATED));
    }
  }

  private async storeTogether(items: readonly InboxItem[]): Promise<Stored[]> {
    const sorted = items.toSorted((a, b) => compare(a.sourceId, b.sourceId) || compare(a.dedupKey, b.dedupKey));
    const inserted = sorted.some((item) => item.guardedHash !== null)
      ? await this.database.transaction((tx) => insertGuarded(tx, sorted))
      : await insert(this.query, sorted);
    const missing = sorted.filter((item) => !inserted.has(item.id));
    const outcomes = missing.length === 0 ? new Map<string, Stored>() : await this.whereKeysAreTaken(missing);
    return items.map(({ id }) => {
      const isDuplicate = inserted.get(id);
      if (isDuplicate !== undefined) return { outcome: 'stored', deliveryId: id, duplicate: isDuplicate };
      return outcomes.get(id) ?? OUTDATED;
    });
  }

  /** @returns an outcome for each item that is a repeat or is stored now; none if the source has changed */
  private async whereKeysAreTaken(items: readonly InboxItem[]): Promise<Map<string, Stored>> {
    const holders = await findKeyHolders(this.query, items);
    const others = items.filter(({ id }) => holders.get(id)?.isRepeat === false);
    const taken = others.length === 0 ? [] : await this.database.transaction((tx) => takeOverKeys(tx, others));
    return new Map([...[...holders].map(([id, holder]) => [id, repeatOf(holder)] as const), ...taken]);
  }

  private readonly query: Query = (sql, parameters) => this.database.query(sql, parameters);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const repeatOf = ({ id }: KeyHolder): Stored => ({ outcome: 'duplicate', deliveryId: id, duplicate: true });
