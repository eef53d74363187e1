import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { newId } from '../../platform/ids/new-id.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { dataSourceOptions } from '../../platform/database/data-source.js';
import { Database } from '../../platform/database/database.js';
import { claimTogether } from './delivery-records.js';

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(testDatabase.url, 2)).initialize();
  database = new Database(dataSource);
});

afterAll(async () => {
  await dataSource?.destroy();
  await testDatabase?.drop();
});

beforeEach(() => database.query('TRUNCATE deliveries'));

/** A stored delivery; `changes` is SQL. */
async function stored(changes = `status = 'received'`): Promise<string> {
  const id = newId();
  await database.query(
    `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, headers, body, received_at)
     VALUES ($1::uuid, $1::uuid, $1::uuid, 'open', $1::uuid::text, '{}', '', now())`,
    [id],
  );
  await database.query(`UPDATE deliveries SET ${changes} WHERE id = $1`, [id]);
  return id;
}

async function claimed(ids: readonly string[], most: number): Promise<string[]> {
  return database.transaction(async (tx) => (await claimTogether(tx, ids, most)).map(({ id }) => id));
}

describe('claimTogether', () => {
  it('takes up the oldest others that wait, in the order of their ids, and no more than it may', async () => {
    const waiting = [await stored(), await stored(), await stored()];
    const named = await stored();
    expect(await claimed([named], 3)).toEqual([waiting[0], waiting[1], named]);
  });

  it('leaves the others alone when it may take one, or when the named are enough', async () => {
    await stored();
    const named = [await stored(), await stored()];
    expect(await claimed(named.slice(0, 1), 1)).toEqual(named.slice(0, 1));
    expect(await claimed(named, 1)).toEqual(named);
  });

  it.each(['attempts = 1', 'deaths = 1', `due_at = now() + interval '1 minute'`, `status = 'failed'`])(
    'does not take up another delivery with %s uncalled',
    async (changes) => {
      await stored(changes);
      const named = await stored();
      expect(await claimed([named], 10)).toEqual([named]);
    },
  );

  it('takes a named delivery that was tried before, and none that is done', async () => {
    const tried = await stored('attempts = 1, deaths = 1');
    const done = await stored(`status = 'processed'`);
    expect(await claimed([tried, done], 10)).toEqual([tried]);
  });

  it('does not wait for what another worker has in hand', async () => {
    const [first, second] = [await stored(), await stored()];
    await database.transaction(async (tx) => {
      await claimTogether(tx, [first], 1);
      expect(await claimed([first], 10)).toEqual([second]);
    });
  });
});
