import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { Api, signUp, type Schemas } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { OTHER_ADDRESS, putAndReset } from '../support/reset-call.js';
import { deliveryOf, makeSource, post } from '../support/webhooks.js';

type Entry = Schemas['AuditEntry'];

type Entries = { items: Entry[]; nextCursor: string | null };

let tidings: RunningTidings;
/** Administrator, and owner of every workspace here. */
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

const path = (rest = ''): string => `/v1/workspaces/${workspace}${rest}`;
const put = (who: Api, role: string) => owner.put(path(`/members/${who.userId}`), { role });

async function trail(of = path('/audit')): Promise<Entry[]> {
  const { status, body } = await owner.get<Entries>(`${of}${of.includes('?') ? '&' : '?'}limit=200`);
  if (status !== 200) throw new Error(`The audit trail was not readable: ${status}`);
  return body.items;
}

/** The entries that `work` has added to a trail, oldest first. */
async function addedBy(work: () => Promise<unknown>, of = path('/audit')): Promise<Entry[]> {
  const before = (await trail(of)).length;
  await work();
  const after = await trail(of);
  return after.slice(0, after.length - before).toReversed();
}

describe('the audit trail of a workspace', () => {
  it('records the address of a caller who has reset the connection', async () => {
    for (const role of ['viewer', 'member', 'viewer', 'member', 'viewer', 'member'])
      await putAndReset(owner, path(`/members/${ada.userId}`), { role });
    const entries = await eventually('some of the calls are recorded', async () => {
      const found = (await trail()).filter(({ target }) => target === ada.userId);
      return found.length > 0 && found;
    });
    expect(entries.map(({ ip }) => ip)).toEqual(entries.map(() => OTHER_ADDRESS));
  });

  it('records actor, action, time and origin', async () => {
    const startedAt = Date.now();
    const [entry, ...more] = await addedBy(() => put(ada, 'viewer'));
    expect(more).toEqual([]);
    expect(entry).toEqual({
      position: 2,
      at: expect.any(String),
      action: 'member.added',
      actorId: owner.userId,
      workspaceId: workspace,
      target: ada.userId,
      before: null,
      after: { role: 'viewer', grant: [], deny: [] },
      ip: '127.0.0.1',
      userAgent: expect.stringContaining('node'),
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      hash: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(Date.parse(entry?.at ?? '')).toBeGreaterThanOrEqual(startedAt);
  });

  it('has one entry per change, with the state before and after it', async () => {
    const source = { name: 'hub', provider: 'github', secrets: ['canary-one', 'canary-two'] };
    const viewer = { role: 'viewer', grant: [], deny: [] };
    const admin = { role: 'admin', grant: [], deny: ['audit:read'] };
    const entries = await addedBy(async () => {
      await put(ada, 'viewer');
      await owner.put(path(`/members/${ada.userId}`), { role: 'admin', deny: ['audit:read'] });
      await owner.delete(path(`/members/${ada.userId}`));
      await owner.post(path('/roles'), { name: 'auditor', permissions: ['audit:read'] });
      await owner.patch(path('/roles/auditor'), { permissions: [] });
      await owner.delete(path('/roles/auditor'));
      const { body } = await owner.post<{ id: string }>(path('/sources'), source);
      await owner.patch(path(`/sources/${body.id}`), { secrets: ['canary-three'] });
      await owner.patch(path(`/sources/${body.id}`), { enabled: false });
      await owner.delete(path(`/sources/${body.id}`));
    });
    const fields = { name: 'hub', provider: 'github', options: {}, replayGuardSeconds: 0, include: 'none' };
    const hub = { ...fields, ownChannel: false, enabled: true, secrets: 2 };
    const off = { ...hub, secrets: 1, enabled: false };
    expect(entries.map(({ action, before, after }) => [action, before, after])).toEqual([
      ['member.added', null, viewer],
      ['member.changed', viewer, admin],
      ['member.removed', admin, null],
      ['role.created', null, { permissions: ['audit:read'] }],
      ['role.changed', { permissions: ['audit:read'] }, { permissions: [] }],
      ['role.deleted', { permissions: [] }, null],
      ['source.created', null, hub],
      ['source.changed', hub, { ...hub, secrets: 1, secretsReplaced: true }],
      ['source.changed', { ...hub, secrets: 1 }, off],
      ['source.deleted', off, null],
    ]);
  });

  it('begins with the creation of the workspace', async () => {
    const [first] = (await trail()).toReversed();
    const after = { name: 'Operations', owner: owner.userId };
    expect(first).toMatchObject({ position: 1, action: 'workspace.created', actorId: owner.userId, after });
  });

  it('records replays of one and of many deliveries, but none of unknown ones', async () => {
    const source = await makeSource(owner, workspace, { provider: 'open' });
    const { deliveryId } = await post(source.url, 'a body');
    await eventually('the delivery is processed', async () => {
      return (await deliveryOf(owner, workspace, deliveryId)).status === 'processed';
    });
    const entries = await addedBy(async () => {
      await owner.post(path(`/deliveries/${deliveryId}/replay`));
      await owner.post(path(`/deliveries/${workspace}/replay`));
      await owner.post(path('/deliveries/replay'), { sourceId: source.id, deliveryIds: [deliveryId] });
    });
    expect(entries.map(({ action, target, after }) => [action, target, after])).toEqual([
      ['delivery.replayed', deliveryId, { replayed: 1 }],
      ['delivery.replayed', source.id, { replayed: 1 }],
    ]);
  });

  it('records nothing for a rejected change', async () => {
    const refused = await addedBy(async () => {
      await put(owner, 'viewer');
      await put(ada, 'emperor');
      await owner.delete(path(`/members/${ada.userId}`));
      await owner.post(path('/roles'), { name: 'owner', permissions: [] });
      await owner.post(path('/sources'), { name: 'x', provider: 'github', secrets: [] });
      await owner.delete(path(`/sources/${workspace}`));
    });
    expect(refused).toEqual([]);
  });

  it('is atomic with the change: a failing commit leaves neither', async () => {
    const database = tidings.app.get(Database);
    await database.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.action = 'member.added' THEN RAISE EXCEPTION 'no room'; END IF; RETURN NEW; END $$`);
    await database.query('CREATE TRIGGER fail BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION fail()');
    const failed = await put(ada, 'viewer');
    await database.query('DROP TRIGGER fail ON audit');
    expect(failed.status).toBe(500);
    expect((await owner.get<{ items: unknown[] }>(path('/members'))).body.items).toHaveLength(1);
    expect(await trail()).toHaveLength(1);
    expect((await owner.get(path('/audit/verify'))).body).toMatchObject({ ok: true, rows: 1 });
  });

  it('is consistent after 50 concurrent changes', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `role-${String.fromCodePoint(97 + index)}`);
    await Promise.all(
      names.flatMap((name) => [owner.post(path('/roles'), { name, permissions: [] }), put(ada, 'viewer')]),
    );
    expect((await owner.get(path('/audit/verify'))).body).toEqual({
      ok: true,
      rows: 51,
      brokenAt: null,
      head: (await trail())[0]?.hash,
    });
  });

  it('reveals where it was tampered with', async () => {
    await put(ada, 'viewer');
    await put(ada, 'admin');
    const database = tidings.app.get(Database);
    await database.query('ALTER TABLE audit DISABLE TRIGGER USER');
    await database.query(`UPDATE audit SET after = '{}' WHERE chain_id = $1 AND position = 2`, [workspace]);
    await database.query('ALTER TABLE audit ENABLE TRIGGER USER');
    expect((await owner.get(path('/audit/verify'))).body).toMatchObject({ ok: false, rows: 3, brokenAt: 2 });
  });
});

describe('reading the audit trail', () => {
  it.each(['', '/head', '/verify', '/export'])(
    'requires audit:read, and returns 404 to non-members: %s',
    async (rest) => {
      expect((await ada.get(path(`/audit${rest}`))).status).toBe(404);
      await put(ada, 'viewer');
      expect(await ada.get(path(`/audit${rest}`))).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
      expect((await owner.get(path(`/audit${rest}`))).status).toBe(200);
    },
  );

  it('returns pages, newest first', async () => {
    for (const role of ['viewer', 'member', 'admin']) await put(ada, role);
    const { body: first } = await owner.get<Entries>(path('/audit?limit=3'));
    const { body: last } = await owner.get<Entries>(path(`/audit?limit=3&cursor=${first.nextCursor}`));
    expect([...first.items, ...last.items].map(({ position }) => position)).toEqual([4, 3, 2, 1]);
    expect(last.nextCursor).toBeNull();
  });

  it('can be filtered by actor, action and time', async () => {
    await put(ada, 'admin');
    await ada.post(path('/roles'), { name: 'auditor', permissions: [] });
    const ours = await trail(path(`/audit?actor=${ada.userId}`));
    expect(ours.map(({ action }) => action)).toEqual(['role.created']);
    const added = await trail(path('/audit?action=member.added'));
    expect(added.map(({ target }) => target)).toEqual([ada.userId]);
    const at = encodeURIComponent(ours[0]?.at ?? '');
    const [since, until] = [await trail(path(`/audit?from=${at}`)), await trail(path(`/audit?to=${at}`))];
    expect(since.map(({ position }) => position)).toContain(3);
    expect(until.map(({ position }) => position)).not.toContain(3);
    expect(since.length + until.length).toBe(3);
  });

  it.each(['actor=me', 'from=yesterday', 'from=0000-01-01T00:00:00Z', 'cursor=0', 'limit=0'])(
    'is rejected with %s',
    async (query) => {
      expect((await owner.get(path(`/audit?${query}`))).status).toBe(400);
    },
  );
});

describe('an export', () => {
  it('contains every entry as a line of JSON, oldest first', async () => {
    await put(ada, 'viewer');
    const { headers, body } = await owner.get<string>(path('/audit/export?format=jsonl&action=member.added'));
    expect(headers.get('content-disposition')).toContain('audit.jsonl');
    expect(JSON.parse(body)).toMatchObject({ action: 'member.added', target: ada.userId });
    const all = (await fetchText(path('/audit/export'))).trimEnd().split('\n');
    expect(all.map((line) => JSON.parse(line))).toEqual((await trail()).toReversed());
  });

  it('contains everything needed to verify the chain offline', async () => {
    await put(ada, 'viewer');
    await owner.put(path(`/members/${ada.userId}`), { role: 'member', deny: ['audit:read'] });
    const json = (value: unknown) => value && JSON.stringify(value);
    let hash = Buffer.alloc(32);
    for (const line of (await fetchText(path('/audit/export'))).trimEnd().split('\n')) {
      const { position, at, action, actorId, workspaceId, target, ...rest }: Entry = JSON.parse(line);
      const { before, after, ip, userAgent, requestId } = rest;
      const fields = [workspaceId, position, at, action, actorId, target, json(before), json(after), ip, userAgent];
      hash = createHash('sha256')
        .update(hash)
        .update(JSON.stringify([...fields, requestId]))
        .digest();
      expect(rest.hash).toBe(hash.toString('hex'));
    }
    expect((await owner.get(path('/audit/verify'))).body).toMatchObject({ rows: 3, head: hash.toString('hex') });
  });

  it('contains every entry as a line of CSV without formulas', async () => {
    await fetch(new URL(path('/roles'), tidings.url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${owner.token}`,
        'content-type': 'application/json',
        'user-agent': '=HYPERLINK("http://evil.example","click")',
      },
      body: JSON.stringify({ name: 'auditor', permissions: [] }),
    });
    const [head, first, second, ...more] = (await fetchText(path('/audit/export?format=csv'))).split('\r\n');
    expect(head).toBe(
      '"position","at","action","actorId","workspaceId","target","before","after","ip","userAgent","requestId","hash"',
    );
    expect(first).toContain('"workspace.created"');
    expect(second).toContain(`"'=HYPERLINK(""http://evil.example"",""click"")"`);
    expect(more).toEqual(['']);
  });

  it('contains more entries than one batch of the reader', async () => {
    await tidings.app.get(Database).query(
      `INSERT INTO audit (chain_id, position, at, action, hash)
       SELECT $1, number, now(), 'thing.made', '\\x00' FROM generate_series(2, 1200) AS number`,
      [workspace],
    );
    const lines = (await fetchText(path('/audit/export'))).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).position)).toEqual(
      Array.from({ length: 1200 }, (_, index) => index + 1),
    );
  });

  async function fetchText(from: string): Promise<string> {
    const headers = { authorization: `Bearer ${owner.token}` };
    return (await fetch(new URL(from, tidings.url), { headers })).text();
  }
});

describe('the audit trail of the installation', () => {
  const PATH = '/v1/audit';

  it('records logins, failed ones included, without the typed input', async () => {
    const stranger = new Api(tidings.url);
    const entries = await addedBy(async () => {
      await stranger.post('/v1/auth/login', { email: ADMIN.email, password: 'canary-wrong' });
      await stranger.post('/v1/auth/login', { email: 'canary-nobody@example.com', password: 'canary-wrong' });
      await stranger.post('/v1/auth/login', ADMIN);
    }, PATH);
    expect(entries.map(({ action, actorId, target, after }) => [action, actorId, target, after])).toEqual([
      ['login.failed', null, owner.userId, { reason: 'wrong-password' }],
      ['login.failed', null, null, { reason: 'unknown-user' }],
      ['login.succeeded', owner.userId, owner.userId, null],
    ]);
    expect(entries.map(({ ip, workspaceId }) => [ip, workspaceId])).toEqual(entries.map(() => ['127.0.0.1', null]));
  });

  it('records every session: no session begins when its entry cannot be written', async () => {
    const database = tidings.app.get(Database);
    const sessions = async () => (await database.query('SELECT FROM sessions')).length;
    const before = await sessions();
    await database.query(`CREATE FUNCTION fail_logins() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.action = 'login.succeeded' THEN RAISE EXCEPTION 'no room'; END IF; RETURN NEW; END $$`);
    await database.query('CREATE TRIGGER fail BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION fail_logins()');
    const { status } = await new Api(tidings.url).post('/v1/auth/login', ADMIN);
    await database.query('DROP TRIGGER fail ON audit');
    expect({ status, sessions: await sessions() }).toEqual({ status: 500, sessions: before });
  });

  it('records each change of a user, with the state before and after it', async () => {
    let id = '';
    const entries = await addedBy(async () => {
      const wanted = { email: 'carl@example.com', name: 'Carl', password: 'canary of a password' };
      id = (await owner.post<{ id: string }>('/v1/users', wanted)).body.id;
      await owner.post('/v1/users', wanted);
      await owner.patch(`/v1/users/${id}`, { isAdmin: true });
      await owner.patch(`/v1/users/${id}`, { disabled: true });
      await owner.patch(`/v1/users/${owner.userId}`, { disabled: true });
      await new Api(tidings.url).post('/v1/auth/login', wanted);
      await new Api(tidings.url).post('/v1/auth/login', { email: wanted.email, password: wanted.password });
    }, PATH);
    const carl = { email: 'carl@example.com', name: 'Carl', isAdmin: false, disabled: false };
    expect(entries.map(({ action, target, before, after }) => [action, target, before, after])).toEqual([
      ['user.created', id, null, carl],
      ['user.changed', id, carl, { ...carl, isAdmin: true }],
      ['user.changed', id, { ...carl, isAdmin: true }, { ...carl, isAdmin: true, disabled: true }],
      ['login.failed', id, null, { reason: 'disabled' }],
    ]);
  });

  it('records passwords, API keys and deletions, without secrets', async () => {
    const bob = await signUp(owner, 'bob@example.com');
    const made: string[] = [];
    const entries = await addedBy(async () => {
      const key = await bob.post<{ id: string; key: string }>('/v1/api-keys', { name: 'ci', scopes: ['audit:read'] });
      made.push(key.body.key);
      await bob.delete(`/v1/api-keys/${key.body.id}`);
      await bob.post('/v1/me/password', { current: 'password of bob@example.com', new: 'another canary password' });
      await owner.delete(`/v1/users/${bob.userId}`);
    }, '/v1/audit');
    expect(entries.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['api-key.created', bob.userId],
      ['api-key.revoked', bob.userId],
      ['user.password-changed', bob.userId],
      ['user.deleted', owner.userId],
    ]);
    expect(entries[0]?.after).toMatchObject({ name: 'ci', scopes: ['audit:read'] });
    for (const secret of [...made, 'another canary password']) expect(JSON.stringify(entries)).not.toContain(secret);
  });

  it('begins with the first administrator, created by the system', async () => {
    const [first] = (await trail(PATH)).toReversed();
    expect(first).toMatchObject({ position: 1, action: 'user.created', actorId: null, target: owner.userId, ip: null });
  });

  it.each(['', '/head', '/verify', '/export'])('is readable by administrators only: %s', async (rest) => {
    await put(ada, 'owner');
    expect(await ada.get(`${PATH}${rest}`)).toMatchObject({ status: 403, body: { code: 'auth.admin-required' } });
    expect((await owner.get(`${PATH}${rest}`)).status).toBe(200);
  });

  it('is consistent', async () => {
    expect((await owner.get(`${PATH}/verify`)).body).toMatchObject({ ok: true, brokenAt: null });
    const { rows, head } = (await owner.get<{ rows: number; head: string }>(`${PATH}/head`)).body;
    expect((await owner.get(`${PATH}/verify?head=${head}`)).body).toMatchObject({ ok: true, headAt: rows });
    expect((await owner.get(`${PATH}/verify?head=${'1'.repeat(64)}`)).body).toMatchObject({ ok: false, headAt: null });
  });
});

it('no audit trail contains a secret', async () => {
  const rows = await tidings.app.get(Database).query('SELECT * FROM audit');
  const keys = await tidings.app.get(Database).query<{ key: string }>('SELECT key FROM sources');
  const text = JSON.stringify(rows);
  expect(rows.length).toBeGreaterThan(50);
  expect(text).not.toMatch(/canary|argon2|password of|correct horse/);
  for (const { key } of keys) expect(text).not.toContain(key);
});
