import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { NoteHeads } from '../../src/platform/audit/note-heads.js';
import { Database } from '../../src/platform/database/database.js';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';

let tidings: RunningTidings;
let owner: Api;
let ada: Api;
let workspace: string;

beforeAll(async () => {
  tidings = await startTidings();
  owner = tidings.api;
  ada = await signUp(owner, 'ada@example.com');
});
afterAll(() => tidings?.stop());

beforeEach(async () => {
  const { body } = await owner.post<{ id: string }>('/v1/workspaces', { name: 'Operations' });
  workspace = body.id;
});

const path = (rest: string): string => `/v1/workspaces/${workspace}${rest}`;
const put = (who: Api, role: string) => owner.put(path(`/members/${who.userId}`), { role });
const trail = async (): Promise<Schemas['AuditEntry'][]> =>
  (await owner.get<{ items: Schemas['AuditEntry'][] }>(path('/audit?limit=200'))).body.items;

describe('the head of an audit chain', () => {
  const verify = async (head: string) => (await owner.get(path(`/audit/verify?head=${head}`))).body;

  /** As an owner of the tables can: removes the newest entries and rewrites the stored head to match. */
  async function cutOff(entries: number): Promise<void> {
    const database = tidings.app.get(Database);
    for (const table of ['audit', 'audit_chains']) await database.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await database.query(
      `DELETE FROM audit WHERE chain_id = $1 AND position > (SELECT max(position) - $2 FROM audit WHERE chain_id = $1)`,
      [workspace, entries],
    );
    await database.query(
      `UPDATE audit_chains SET length = last.position, hash = last.hash
       FROM (SELECT position, hash FROM audit WHERE chain_id = $1 ORDER BY position DESC LIMIT 1) AS last WHERE id = $1`,
      [workspace],
    );
    for (const table of ['audit', 'audit_chains']) await database.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }

  it('is the hash of the newest entry, and is still found after the chain has grown', async () => {
    await put(ada, 'viewer');
    const noted = (await owner.get<{ rows: number; head: string }>(path('/audit/head'))).body;
    expect(noted).toEqual({ rows: 2, head: (await trail())[0]?.hash });
    await put(ada, 'admin');
    expect(await verify(noted.head)).toMatchObject({ ok: true, rows: 3, headAt: 2 });
    expect(await verify(noted.head.toUpperCase())).toMatchObject({ ok: true, headAt: 2 });
  });

  it('reveals, when stored elsewhere, that entries and the stored head were cut off together', async () => {
    await put(ada, 'viewer');
    await put(ada, 'admin');
    const { head } = (await owner.get<{ head: string }>(path('/audit/head'))).body;
    await cutOff(1);
    expect((await owner.get(path('/audit/verify'))).body).toMatchObject({ ok: true, rows: 2 });
    expect(await verify(head)).toMatchObject({
      ok: false,
      rows: 2,
      headAt: null,
      note: expect.stringContaining('restored to an earlier state'),
    });
    await put(ada, 'viewer');
    expect(await verify(head)).toMatchObject({ ok: false, rows: 3, headAt: null });
  });

  it('of an empty chain is part of every chain', async () => {
    expect(await verify('0'.repeat(64))).toMatchObject({ ok: true, headAt: 0 });
  });

  it.each(['', 'abc', 'g'.repeat(64)])('is rejected when it is not a hash: %j', async (head) => {
    expect((await owner.get(path(`/audit/verify?head=${head}`))).status).toBe(400);
  });

  it('is logged by a worker when it has changed', async () => {
    const log = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    const noted = () => JSON.stringify(log.mock.calls);
    try {
      await put(ada, 'viewer');
      const { head } = (await owner.get<{ head: string }>(path('/audit/head'))).body;
      await tidings.app.get(NoteHeads).note();
      expect(noted()).toContain(head);
      log.mockClear();
      await tidings.app.get(NoteHeads).note();
      expect(noted()).not.toContain(head);
    } finally {
      log.mockRestore();
    }
  });
});
