import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import type { Database } from '../../platform/database/database.js';
import type { DeliveryFilter } from './delivery-filter.js';
import { restParameters, rowsParameters, scanSql, type ScanOrder } from './delivery-scan.js';
import { DeliverySearch } from './delivery-search.js';

const COUNT = 50_000;
const [ws, otherWs, rareSource, commonSource] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
/** 2025-01-01T00:00:00Z; one delivery a second from then on. */
const START_SECONDS = 1_735_689_600;

let opened: OpenedDatabase;
let database: Database;
let search: DeliverySearch;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ database } = opened);
  search = new DeliverySearch(database);
  await insertDeliveries(ws);
  await insertDeliveries(otherWs);
  await database.query('ANALYZE deliveries');
}, 60_000);
afterAll(() => opened?.drop());

async function insertDeliveries(workspaceId: string): Promise<void> {
  await database.query(
    `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, provider_delivery_id, headers, body,
       received_at, status, event_type, title, sender)
     SELECT (lpad(to_hex((${START_SECONDS} + n) * 1000::bigint), 12, '0') || '7000' || left($4::text, 4)
         || lpad(to_hex(n), 12, '0'))::uuid,
       CASE WHEN n % 5000 = 7 THEN $2::uuid ELSE $3::uuid END, $1, CASE WHEN n % 5000 = 7 THEN 'stripe' ELSE 'github' END,
       $4::text || n, 'sent-' || n, '{}', convert_to(json_build_object('n', n)::text, 'UTF8'),
       to_timestamp(${START_SECONDS} + n), CASE WHEN n % 5000 = 8 THEN 'failed' WHEN n % 5000 = 9 THEN 'received'
         ELSE 'processed' END, CASE WHEN n % 5000 = 7 THEN 'charge' ELSE 'push' END, 'Title ' || n, 'octocat'
     FROM generate_series(1, ${COUNT}) AS n`,
    [workspaceId, rareSource, commonSource, workspaceId],
  );
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

async function planOf(filter: DeliveryFilter, order: ScanOrder, parameters?: unknown[]): Promise<PlanNode[]> {
  const values = parameters ?? [...rowsParameters(ws, filter, { order }), ...restParameters(filter, 51)];
  const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (FORMAT JSON) ${scanSql(filter, order)}`,
    values,
  );
  return row === undefined ? [] : nodesOf(row['QUERY PLAN'][0].Plan);
}

const momentAt = (n: number) => new Date((START_SECONDS + n) * 1_000).toISOString();

const FILTERS: readonly [string, DeliveryFilter, string, number][] = [
  ['no filter', {}, 'deliveries_by_workspace', COUNT],
  ['sourceId', { sourceId: rareSource }, 'deliveries_by_source', 10],
  ['provider', { provider: 'stripe' }, 'deliveries_by_provider', 10],
  ['eventType', { eventType: 'charge' }, 'deliveries_by_type', 10],
  ['providerDeliveryId', { providerDeliveryId: 'sent-77' }, 'deliveries_by_sender_id', 1],
  ['status failed', { status: 'failed' }, 'deliveries_failed', 10],
  ['status received', { status: 'received' }, 'deliveries_waiting', 10],
  ['a window', { since: momentAt(100), until: momentAt(110) }, 'deliveries_by_workspace', 10],
];

/** Such a filter also reads the pending deliveries, which its index does not hold. */
const isDriven = ({ sourceId, provider, eventType, providerDeliveryId }: DeliveryFilter) =>
  (sourceId ?? provider ?? eventType ?? providerDeliveryId) !== undefined;

describe(`a search in ${COUNT} deliveries`, () => {
  it.each(FILTERS)('by %s reads an index, and finds each delivery', async (_name, filter, index, count) => {
    for (const order of ['newest', 'oldest'] as const) {
      const plan = await planOf(filter, order);
      const indexes = plan.map((node) => node['Index Name']).filter((name) => name !== undefined);
      expect(new Set(indexes)).toEqual(new Set(isDriven(filter) ? [index, 'deliveries_waiting'] : [index]));
      expect(plan.map((node) => node['Node Type'])).not.toContain('Seq Scan');
      const found = await search.find(ws, filter, { order, limit: 20 });
      expect(found.ids).toHaveLength(Math.min(count, 20));
      expect(found.stopped).toBe(false);
    }
  });

  it('also finds pending deliveries', async () => {
    const pending = { sourceId: commonSource, status: 'received' } as const;
    expect((await search.find(ws, pending, { order: 'newest', limit: 20 })).ids).toHaveLength(10);
    const window = { sourceId: commonSource, since: momentAt(5_008), until: momentAt(5_011) };
    expect((await search.find(ws, window, { order: 'newest', limit: 20 })).ids).toHaveLength(3);
  });

  it('stops after 10,000 rows and goes on from there, by a part of the title and by a pair of filters', async () => {
    for (const filter of [{ q: 'TITLE 41' }, { sourceId: commonSource, eventType: 'charge' }]) {
      const pages: number[] = [];
      const ids: string[] = [];
      for (let cursor: string | undefined; ;) {
        const found = await search.find(ws, filter, { order: 'newest', cursor, limit: 10_000 });
        ids.push(...found.ids);
        pages.push(found.ids.length);
        if (found.next === undefined) break;
        expect(found.stopped).toBe(true);
        cursor = found.next;
      }
      expect(pages.length).toBeGreaterThanOrEqual(5);
      expect(ids).toHaveLength('q' in filter ? 1111 : 0);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('reads bodies in batches, and stops after 10,000 of them', async () => {
    const first = await search.find(ws, { body: { n: '39990' } }, { order: 'newest', limit: 10 });
    expect(first).toMatchObject({ ids: [], stopped: true });
    const second = await search.find(ws, { body: { n: '39990' } }, { order: 'newest', cursor: first.next, limit: 10 });
    expect(second.ids).toHaveLength(1);
    const window = { since: momentAt(39_980), until: momentAt(40_000), body: { n: '39990' } };
    expect(await search.find(ws, window, { order: 'newest', limit: 10 })).toEqual({
      ids: second.ids,
      next: undefined,
      stopped: false,
    });
  });
});
