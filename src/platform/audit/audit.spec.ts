import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { newId } from '../ids.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { LocalBus } from '../../../test/support/local-bus.js';
import { dataSourceOptions } from '../database/data-source.js';
import { Database } from '../database/database.js';
import { Audit } from './audit.js';
import { AuditReader } from './audit-reader.js';
import { SYSTEM } from './actor.js';

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: Database;
let reader: AuditReader;
const audit = new Audit(new LocalBus());

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(testDatabase.url, 8)).initialize();
  database = new Database(dataSource);
  reader = new AuditReader(database);
});

afterAll(async () => {
  await dataSource?.destroy();
  await testDatabase?.drop();
});

const by = { actorId: newId(), ip: '192.0.2.1', userAgent: 'a browser', requestId: 'request-1' };

const change = (workspaceId: string, number: number) =>
  database.transaction((tx) =>
    audit.record(tx, {
      action: 'thing.changed',
      actor: by,
      workspaceId,
      target: `thing ${number}`,
      before: { number: number - 1 },
      after: { number, text: 'ünïcode "quoted"\n' },
    }),
  );

async function chainOf(length: number): Promise<string> {
  const workspaceId = newId();
  for (let number = 1; number <= length; number++) await change(workspaceId, number);
  return workspaceId;
}

describe('the audit log', () => {
  it('is verified for 30 concurrent requests over two connections, each with its own result', async () => {
    const [chain, other] = [await chainOf(20), await chainOf(10)];
    const own = await new DataSource(dataSourceOptions(testDatabase.url, 8)).initialize();
    const { master: pool } = own.driver as unknown as { master: Pool };
    try {
      const asked = new AuditReader(new Database(own));
      const before = pool.totalCount;
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, i) => asked.verify(i % 3 === 0 ? other : chain)),
      );
      expect(answers.map(({ ok, rows }) => [ok, rows])).toEqual(answers.map((_, i) => [true, i % 3 === 0 ? 10 : 20]));
      expect({ before, after: pool.totalCount }).toEqual({ before: 1, after: 2 });
    } finally {
      await own.destroy();
    }
  });

  it('lists actor, action, target, time and client, newest first', async () => {
    const chain = await chainOf(3);
    const rows = await reader.page(chain, {}, 2);
    expect(rows.map(({ position }) => position)).toEqual([3, 2]);
    expect(rows[0]).toEqual({
      ...by,
      chainId: chain,
      position: 3,
      at: expect.any(Date),
      action: 'thing.changed',
      target: 'thing 3',
      before: '{"number":2}',
      after: '{"number":3,"text":"ünïcode \\"quoted\\"\\n"}',
      hash: expect.any(Buffer),
    });
    expect((await reader.page(chain, {}, 2, 2)).map(({ position }) => position)).toEqual([1]);
  });

  it('is chained by SHA-256 over the previous hash and the row', async () => {
    const chain = await chainOf(2);
    const [second, first] = await reader.page(chain, {}, 2);
    if (first === undefined || second === undefined) throw new Error('Rows are missing.');
    const { position, at, action, actorId, target, before, after, ip, userAgent, requestId } = second;
    const fields = [chain, position, at.toISOString(), action, actorId, target, before, after, ip, userAgent];
    const text = JSON.stringify([...fields, requestId]);
    expect(second.hash).toEqual(createHash('sha256').update(first.hash).update(text).digest());
    expect(await reader.verify(chain)).toMatchObject({ head: second.hash.toString('hex') });
  });

  it('contains no row of a rolled-back change', async () => {
    const chain = await chainOf(1);
    const failing = database.transaction(async (tx) => {
      await audit.record(tx, { action: 'thing.lost', actor: by, workspaceId: chain, target: null });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await change(chain, 2);
    const rows = await reader.page(chain, {}, 10);
    expect(rows.map(({ position, action }) => [position, action])).toEqual([
      [2, 'thing.changed'],
      [1, 'thing.changed'],
    ]);
    expect(await reader.verify(chain)).toMatchObject({ ok: true, rows: 2 });
  });

  it('is one unbroken chain after 50 concurrent changes, several of them in one transaction', async () => {
    const chain = newId();
    const twice = () =>
      database.transaction(async (tx) => {
        await audit.record(tx, { action: 'thing.made', actor: SYSTEM, workspaceId: chain, target: null });
        await audit.record(tx, { action: 'thing.made', actor: SYSTEM, workspaceId: chain, target: null });
      });
    await Promise.all(Array.from({ length: 50 }, (_, index) => (index % 10 === 0 ? twice() : change(chain, index))));
    expect(await reader.verify(chain)).toEqual({ ok: true, rows: 55, brokenAt: null, head: expect.any(String) });
  });

  it('does not block changes of one workspace by those of another', async () => {
    const [slow, quick] = [await chainOf(1), await chainOf(1)];
    await database.transaction(async (tx) => {
      await audit.record(tx, { action: 'thing.changed', actor: by, workspaceId: slow, target: null });
      await change(quick, 2);
    });
    expect(await reader.verify(slow)).toMatchObject({ ok: true, rows: 2 });
    expect(await reader.verify(quick)).toMatchObject({ ok: true, rows: 2 });
  });

  it('reads chains longer than one batch', async () => {
    const chain = newId();
    await database.transaction(async (tx) => {
      for (let number = 1; number <= 1_001; number++) {
        await audit.record(tx, { action: 'thing.made', actor: by, workspaceId: chain, target: String(number) });
      }
    });
    expect(await reader.verify(chain)).toMatchObject({ ok: true, rows: 1_001 });
  });
});

describe('PostgreSQL', () => {
  it.each([
    [`UPDATE audit SET action = 'thing.forged' WHERE false`],
    ['DELETE FROM audit'],
    ['TRUNCATE audit'],
    ['DELETE FROM audit_chains'],
    ['TRUNCATE audit_chains CASCADE'],
    ['UPDATE audit_chains SET length = length - 1'],
    [`UPDATE audit_chains SET hash = '\\x00'`],
  ])('rejects %s', async (statement) => {
    await chainOf(1);
    await expect(database.query(statement)).rejects.toThrow('the audit trail is append-only');
  });
});

describe('a chain that was tampered with while triggers were disabled', () => {
  let chain: string;

  beforeEach(async () => {
    chain = await chainOf(5);
    for (const table of ['audit', 'audit_chains']) await database.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  });

  afterEach(async () => {
    for (const table of ['audit', 'audit_chains']) await database.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  });

  it('is intact without changes', async () => {
    expect(await reader.verify(chain)).toMatchObject({ ok: true, rows: 5, brokenAt: null });
  });

  it.each([
    ['action', `'thing.made'`],
    ['actor_id', 'gen_random_uuid()'],
    ['actor_id', 'NULL'],
    ['target', `'another thing'`],
    ['before', `'{"number":7}'`],
    ['before', `'{"number": 2}'`],
    ['after', 'NULL'],
    ['ip', `'192.0.2.2'`],
    ['user_agent', `'another browser'`],
    ['request_id', `'request-2'`],
    ['at', `at + interval '1 millisecond'`],
    ['hash', `sha256('forged')`],
  ])('is broken where %s was changed to %s', async (column, value) => {
    await database.query(`UPDATE audit SET ${column} = ${value} WHERE chain_id = $1 AND position = 3`, [chain]);
    expect(await reader.verify(chain)).toMatchObject({ ok: false, rows: 5, brokenAt: 3 });
  });

  it.each([1, 3, 5])('is broken where row %i was removed', async (position) => {
    await database.query('DELETE FROM audit WHERE chain_id = $1 AND position = $2', [chain, position]);
    expect(await reader.verify(chain)).toMatchObject({ ok: false, rows: 4, brokenAt: position });
  });

  it('is broken where a row was removed and the others were moved up', async () => {
    await database.query('DELETE FROM audit WHERE chain_id = $1 AND position = 3', [chain]);
    for (const position of [4, 5]) {
      await database.query('UPDATE audit SET position = position - 1 WHERE chain_id = $1 AND position = $2', [
        chain,
        position,
      ]);
    }
    await database.query('UPDATE audit_chains SET length = 4 WHERE id = $1', [chain]);
    expect(await reader.verify(chain)).toMatchObject({ ok: false, rows: 4, brokenAt: 3 });
  });

  it.each([0, 6])('is broken where a row was inserted at %i', async (position) => {
    await insertCopy(position);
    expect(await reader.verify(chain)).toMatchObject({ ok: false, rows: 6, brokenAt: position });
  });

  it('is broken where a row was inserted between others', async () => {
    for (const position of [5, 4, 3]) {
      await database.query('UPDATE audit SET position = position + 1 WHERE chain_id = $1 AND position = $2', [
        chain,
        position,
      ]);
    }
    await insertCopy(3);
    await database.query('UPDATE audit_chains SET length = 6 WHERE id = $1', [chain]);
    expect(await reader.verify(chain)).toMatchObject({ ok: false, rows: 6, brokenAt: 3 });
  });

  it('is broken where two rows were swapped', async () => {
    for (const [from, to] of [
      [2, 100],
      [3, 2],
      [100, 3],
    ]) {
      await database.query('UPDATE audit SET position = $3 WHERE chain_id = $1 AND position = $2', [chain, from, to]);
    }
    expect(await reader.verify(chain)).toMatchObject({ ok: false, rows: 5, brokenAt: 2 });
  });

  it('is broken where its end was cut off and its length adjusted', async () => {
    await database.query('DELETE FROM audit WHERE chain_id = $1 AND position > 3', [chain]);
    await database.query('UPDATE audit_chains SET length = 3 WHERE id = $1', [chain]);
    expect(await reader.verify(chain)).toMatchObject({ ok: false, rows: 3, brokenAt: 3 });
  });

  it('is broken from the beginning when all rows are gone', async () => {
    await database.query('DELETE FROM audit WHERE chain_id = $1', [chain]);
    expect(await reader.verify(chain)).toMatchObject({ ok: false, rows: 0, brokenAt: 1 });
    await database.query('DELETE FROM audit_chains WHERE id = $1', [chain]);
    expect(await reader.verify(chain)).toMatchObject({ ok: false, rows: 0, brokenAt: 1 });
  });

  it('is broken where rows were replaced by those of another chain', async () => {
    const other = await chainOf(5);
    await database.query('DELETE FROM audit WHERE chain_id = $1', [chain]);
    await database.query('UPDATE audit SET chain_id = $1 WHERE chain_id = $2', [chain, other]);
    await database.query('UPDATE audit_chains SET hash = (SELECT hash FROM audit_chains WHERE id = $2) WHERE id = $1', [
      chain,
      other,
    ]);
    expect(await reader.verify(chain)).toMatchObject({ ok: false, brokenAt: 1 });
  });

  const insertCopy = (position: number) =>
    database.query(
      `INSERT INTO audit
       SELECT chain_id, $2::bigint, at, action, actor_id, target, before, after, ip, user_agent, request_id, hash
       FROM audit WHERE chain_id = $1 ORDER BY position DESC LIMIT 1`,
      [chain, position],
    );
});
