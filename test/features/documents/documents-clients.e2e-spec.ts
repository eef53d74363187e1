import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LiveDocuments } from '../../../src/features/documents/live/live-documents.js';
import { Database } from '../../../src/platform/database/database.js';
import { type Api, signUp } from '../../support/api.js';
import { type RunningTidings, startTidings } from '../../support/app.js';
import { DocumentHistory } from '../../support/document-history.js';
import { eventually } from '../../support/eventually.js';
import { Writer } from '../../support/writer.js';

describe('the Yjs clients of shared documents', () => {
  let one: RunningTidings;
  let two: RunningTidings;
  let member: Api;
  const open: Writer[] = [];

  beforeAll(async () => {
    one = await startTidings();
    two = await startTidings({
      DATABASE_URL: one.databaseUrl,
      JWT_SECRET: one.config.jwtSecret,
      REDIS_PREFIX: one.config.redisPrefix,
      ROLE: 'gateway',
    });
    member = await signUp(one.api, 'member@example.com');
    await one.api.put(`/v1/workspaces/${one.workspaceId}/members/${member.userId}`, { role: 'member' });
  });

  afterEach(() => {
    for (const writer of open.splice(0)) writer.leave();
  });

  afterAll(async () => {
    await two?.stop();
    await one?.stop();
  });

  const create = async (): Promise<string> =>
    (await one.api.post<{ id: string }>(`/v1/workspaces/${one.workspaceId}/documents`, { title: 'Minutes' })).body.id;

  async function join(url: string, id: string, api: Api): Promise<Writer> {
    const writer = new Writer(() => url, id, api.token);
    open.push(writer);
    await eventually('it is open', () => writer.provider.synced);
    return writer;
  }

  function errorsOf(writer: Writer): string[] {
    const codes: string[] = [];
    writer.provider.on('stateless', ({ payload }: { payload: string }) => {
      codes.push((JSON.parse(payload) as { payload: { code: string } }).payload.code);
    });
    return codes;
  }

  const isShown = (writer: Writer, to: Writer) =>
    eventually('it is shown', () => to.provider.awareness?.getStates().has(writer.doc.clientID));

  it.each([
    ['has written before', 'words from before '],
    ['was only shown', ''],
  ])('belong to one user: another user cannot erase the offline changes of a client that %s', async (_, before) => {
    const id = await create();
    const author = await join(one.url, id, one.api);
    const watcher = await join(two.url, id, member);
    author.provider.setAwarenessField('cursor', 1);
    await isShown(author, watcher);
    if (before !== '') author.text.insert(0, before);
    await eventually('it is stored', () => author.isSynced && watcher.text.toString() === before);
    author.provider.detach();
    author.text.insert(author.text.length, 'typed offline');
    const thief = await join(two.url, id, member);
    const errors = errorsOf(thief);
    // Yjs itself chooses another id when it receives changes under its own.
    thief.doc.clientID = author.doc.clientID;
    thief.text.insert(0, 'x'.repeat(100));
    await eventually('the thief gets an error', () => errors.length > 0);
    expect(errors).toEqual(['document.foreign-client']);
    author.provider.attach();
    await eventually('the offline words arrive', () => watcher.text.toString() === `${before}typed offline`);
    await eventually('they are stored', () => author.isSynced);
  });

  it('can be reused by the same user after the document was closed everywhere', async () => {
    const id = await create();
    const first = await join(one.url, id, member);
    first.text.insert(0, 'first ');
    await eventually('it is stored', () => first.isSynced);
    first.leave();
    const again = await join(two.url, id, member);
    again.doc.clientID = first.doc.clientID;
    again.text.insert(6, 'second');
    await eventually('it is stored too', () => again.isSynced);
    const late = await join(one.url, id, one.api);
    expect(late.text.toString()).toBe('first second');
  });

  it('include at most a hundred ids without a change for each user', async () => {
    const id = await create();
    const client = new pg.Client({ connectionString: one.databaseUrl });
    await client.connect();
    await client.query(
      `INSERT INTO document_clients (document_id, client_id, user_id, has_written, claimed_at)
       SELECT $1, number, $2, false, now() - make_interval(mins => number) FROM generate_series(1, 150) AS number`,
      [id, member.userId],
    );
    const writer = await join(one.url, id, member);
    writer.provider.setAwarenessField('cursor', 1);
    await eventually('the oldest ids are deleted', async () => {
      const { rows } = await client.query<{ count: number; oldest: number }>(
        `SELECT count(*)::int, max(client_id) FILTER (WHERE client_id <= 150)::int AS oldest
         FROM document_clients WHERE document_id = $1`,
        [id],
      );
      return rows[0]?.count === 100 && rows[0].oldest === 99;
    });
    await client.end();
  });

  it('of others can be resent by a co-editor after the history of the documents went back, and only then', async () => {
    const id = await create();
    const history = await DocumentHistory.of(one.databaseUrl, id);
    const author = await join(one.url, id, one.api);
    author.text.insert(0, 'kept ');
    await eventually('it is stored', () => author.isSynced);
    const saved = await history.save();
    const keeper = await join(two.url, id, member);
    author.text.insert(5, 'lost ');
    await eventually('the co-editor has it', () => author.isSynced && keeper.text.toString() === 'kept lost ');
    keeper.provider.detach();
    author.leave();
    keeper.text.insert(10, 'and mine');
    const live = [one, two].map(({ app }) => app.get(LiveDocuments));
    await eventually('no node has it open', () => live.every((documents) => documents.find(id) === undefined));
    await history.putBack(saved);
    await history.end();
    const errors = errorsOf(keeper);
    keeper.provider.attach();
    await eventually('it is refused', () => errors.length > 0);
    expect(errors).toEqual(['document.foreign-client']);
    keeper.provider.detach();
    await one.app.get(Database).query('UPDATE fence SET changed_at = now()');
    keeper.provider.attach();
    await eventually('everything is recovered', () => keeper.isSynced);
    const late = await join(one.url, id, one.api);
    expect(late.text.toString()).toBe('kept lost and mine');
    // The recovered words still belong to their author.
    const returned = await join(one.url, id, one.api);
    returned.doc.clientID = author.doc.clientID;
    returned.text.insert(0, 'mine again ');
    await eventually('the author can write again', () => late.text.toString() === 'mine again kept lost and mine');
  });
});
