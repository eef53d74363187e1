import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { makeSource, postGithub, type TestSource } from '../support/webhooks.js';

const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const [A, B] = [key(1), key(2)];

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

/** Starts Tidings with these keys, sends a signed delivery and stops it. */
async function deliveredUnder(settings: Record<string, string>, source: TestSource): Promise<number> {
  const tidings = await startTidings({ DATABASE_URL: database.url, ...settings });
  try {
    const url = `${tidings.url}${new URL(source.url).pathname}`;
    const { status } = await postGithub({ ...source, url }, { body: `{"zen":"${JSON.stringify(settings).length}"}` });
    return status;
  } finally {
    await tidings.stop();
  }
}

describe('a new SECRETS_KEY', () => {
  it('re-encrypts the secrets of the previous key at the start, which can then be removed', async () => {
    const first = await startTidings({ DATABASE_URL: database.url, SECRETS_KEY: A });
    const source = await makeSource(first.api, first.workspaceId, { provider: 'github' });
    await fetch(source.url, { method: 'POST', body: 'a refused body' });
    const refused = `/v1/workspaces/${first.workspaceId}/refused`;
    const refusedId = await eventually(
      'the request is refused',
      async () => (await first.api.get<{ items: { id: string }[] }>(refused)).body.items[0]?.id,
    );
    await first.stop();
    // Without the previous key the secrets can't be read yet, so the last step proves the re-encryption.
    expect(await deliveredUnder({ SECRETS_KEY: B }, source)).toBeGreaterThanOrEqual(500);
    expect(await deliveredUnder({ SECRETS_KEY: B, SECRETS_KEY_PREVIOUS: `${key(3)},${A}` }, source)).toBe(202);
    expect(await deliveredUnder({ SECRETS_KEY: B }, source)).toBe(202);
    expect(await deliveredUnder({ SECRETS_KEY: A }, source)).toBeGreaterThanOrEqual(500);
    const last = await startTidings({ DATABASE_URL: database.url, SECRETS_KEY: B });
    const { body } = await last.api.get(`${refused}/${refusedId}`);
    expect(body['body']).toBe('a refused body');
    await last.stop();
  }, 60_000);
});
