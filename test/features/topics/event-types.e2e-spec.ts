import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Api } from '../../support/api.js';
import { startTidings } from '../../support/app.js';
import {
  ada,
  admin,
  connect,
  events,
  join,
  logOf,
  paid,
  problem,
  publish,
  start,
  stop,
  tidings,
  topic,
  viewer,
  ws,
} from './publishing.js';

beforeAll(start);
afterAll(stop);

const INTEGER_ORDER = {
  type: 'object',
  properties: { order: { type: 'integer' } },
  required: ['order'],
};

const urlOf = (type: string) => `/v1/workspaces/${ws}/event-types/${type}`;
const put = (type: string, body: unknown, by: Api = admin) => by.put(urlOf(type), body);

async function define(type: string, schema?: unknown): Promise<void> {
  expect((await put(type, { description: `about ${type}`, schema })).status).toBe(200);
}

/** A type of its own for each test, with a schema. */
async function typed(schema: unknown = INTEGER_ORDER): Promise<string> {
  const type = `order:${randomUUID()}`;
  await define(type, schema);
  return type;
}

const badSchema = (detail: string) => ({ code: 'event-type.invalid-schema', detail });
const refusedWith = (detail: string) => ({ code: 'publish.payload-invalid', status: 400, detail });

describe('the catalogue of event types', () => {
  it('answers with what was put, replaces it, and forgets it', async () => {
    const type = 'order:shipped';
    const first = await put(type, { type, description: 'on its way', schema: INTEGER_ORDER });
    expect([first.status, first.body]).toEqual([
      200,
      { type, description: 'on its way', schema: INTEGER_ORDER, updatedAt: expect.any(String) },
    ]);
    expect((await viewer.get(urlOf(type))).body).toEqual(first.body);
    expect((await put(type, {})).body).toEqual({ type, description: '', updatedAt: expect.any(String) });
    expect((await admin.delete(urlOf(type))).status).toBe(204);
    expect((await viewer.get(urlOf(type))).body).toMatchObject({ code: 'event-type.not-found' });
    expect((await admin.delete(urlOf(type))).body).toMatchObject({ code: 'event-type.not-found' });
  });

  it('keeps the keys of a schema in their order', async () => {
    const type = await typed({ zebra: undefined, properties: { z: true, a: true }, $comment: 'last' });
    const { body } = await admin.get<{ schema: object }>(urlOf(type));
    expect(JSON.stringify(body.schema)).toBe('{"properties":{"z":true,"a":true},"$comment":"last"}');
  });

  it('is listed in pages by name', async () => {
    for (const name of ['list:b', 'list:a', 'list:C']) await define(name);
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await viewer.get<{ items: Array<{ type: string }>; nextCursor: string | null }>(
        `${urlOf('').slice(0, -1)}?limit=2${query}`,
      );
      names.push(...body.items.map(({ type }) => type));
      cursor = body.nextCursor;
    }
    expect(names.filter((name) => name.startsWith('list:'))).toEqual(['list:C', 'list:a', 'list:b']);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is changed only with event-types:manage, and read with event-types:read', async () => {
    const type = await typed();
    expect((await put(type, {}, ada)).body).toMatchObject({ code: 'permission.denied' });
    expect((await ada.delete(urlOf(type))).body).toMatchObject({ code: 'permission.denied' });
    const manager = await join('viewer', { grant: ['event-types:manage'] });
    expect((await put(type, {}, manager)).status).toBe(200);
    const blind = await join('viewer', { deny: ['event-types:read'] });
    expect((await blind.get(urlOf(type))).status).toBe(403);
  });

  it('records changes in the audit log, with the hash of the schema', async () => {
    const type = await typed();
    await admin.delete(urlOf(type));
    const { body } = await admin.get<{ items: Array<Record<string, unknown>> }>(`/v1/workspaces/${ws}/audit`);
    const entries = body.items.filter(({ target }) => target === type);
    expect(entries.map(({ action }) => action).toSorted()).toEqual(['event-type.deleted', 'event-type.saved']);
    expect(entries[0]?.['before']).toEqual({
      description: `about ${type}`,
      schemaHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each<[string, unknown, object]>([
    ['bad name', {}, { code: 'request.invalid' }],
    ['order:other', { type: 'order:another' }, { code: 'request.invalid' }],
    ['order:other', { extra: 1 }, { code: 'request.invalid' }],
    ['order:other', { schema: 'object' }, { code: 'request.invalid' }],
    ['task:created', {}, { code: 'publish.reserved-type' }],
    ['a:b', { schema: { prop: {} } }, badSchema('schema/prop: is not a keyword that is supported')],
    [
      'a:b',
      { schema: { $ref: 'https://example.com/a.json' } },
      badSchema('schema/$ref: is not `#/$defs/...`: no other schema can be referred to'),
    ],
    ['a:b', { schema: { enum: ['x'.repeat(33_000)] } }, badSchema('The schema is larger than 32 KiB.')],
  ])('refuses %s with %j', async (type, body, expected) => {
    const answer = await put(encodeURIComponent(type), body);
    expect(answer.body).toMatchObject({ status: 400, ...expected });
  });
});

describe('an event of a type with a schema', () => {
  it('is accepted if its payload fits, and refused with the place of the mistake if not', async () => {
    const type = await typed();
    await publish(ada, paid('checked', { type }));
    const refused = await ada.post(events, paid('checked', { type, payload: { order: 'x' } }));
    expect(refused.body).toMatchObject(refusedWith('event 0: payload/order must be integer'));
    expect(await logOf(ada, topic('checked'))).toHaveLength(1);
  });

  it('is refused with all events of its call, whose error names its index', async () => {
    const type = await typed();
    const call = [paid('batch', { type }), paid('batch'), paid('batch', { type, payload: [] })];
    const refused = await ada.post(events, { events: call });
    expect(refused.body).toMatchObject(refusedWith('event 2: payload must be object'));
    expect(await logOf(ada, topic('batch'))).toEqual([]);
  });

  it('leaves calls alone that are committed together with a refused one', async () => {
    const type = await typed();
    const calls = Array.from({ length: 40 }, (_, n) =>
      ada.post(events, paid('together', { type, payload: { order: n % 2 === 0 ? n : 'odd' } })),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map((_, n) => (n % 2 === 0 ? 201 : 400)));
    expect(await logOf(ada, topic('together'))).toHaveLength(20);
  });

  it('is refused over the socket too, and in the channel of a user', async () => {
    const type = await typed();
    const socket = await connect(ada);
    const answer = await socket.ask('publish', paid('socket', { type, payload: 1 }));
    expect([answer.type, answer.payload['code']]).toEqual(['error', 'publish.payload-invalid']);
    expect(answer.payload['message']).toBe('event 0: payload must be object');
    expect(await problem(admin, { channel: `user:${ada.userId}`, type, payload: 1 })).toEqual([
      400,
      'publish.payload-invalid',
    ]);
  });

  it('may be repeated with its key after the schema has changed, but its key is free after a refusal', async () => {
    const type = await typed();
    const call = paid('repeats', { type, id: randomUUID() });
    const first = await publish(ada, call);
    await define(type, { type: 'string' });
    expect(await publish(ada, call)).toEqual(first);
    const other = paid('repeats', { type, id: randomUUID() });
    expect(await problem(ada, other)).toEqual([400, 'publish.payload-invalid']);
    await publish(ada, { ...other, payload: 'now a string' });
    expect(await logOf(ada, topic('repeats'))).toHaveLength(2);
  });

  it('is accepted with any payload if the type has no schema, or is in the catalogue of another workspace', async () => {
    const type = 'order:open';
    await define(type);
    await publish(ada, paid('open', { type, payload: 'anything' }));
    const { body } = await admin.post<{ id: string }>('/v1/workspaces', { name: 'another' });
    await admin.put(`/v1/workspaces/${body.id}/event-types/${type}`, { schema: false });
    await publish(ada, paid('open', { type, payload: 'anything' }));
  });

  it('is checked against the newest schema in each call, also by another node', async () => {
    const other = await startTidings({ DATABASE_URL: tidings.databaseUrl });
    try {
      const type = await typed(true);
      for (let n = 0; n < 20; n++) {
        const fits = n % 2 === 0;
        await define(type, fits);
        for (const by of [ada, other.api]) {
          expect((await by.post(events, paid('nodes', { type }))).status).toBe(fits ? 201 : 400);
        }
      }
    } finally {
      await other.stop();
    }
  });

  it('answers at once for a pattern that is exponential elsewhere', async () => {
    const type = await typed({ pattern: '(a+)+$' });
    const refused = await ada.post(events, paid('patterns', { type, payload: `${'a'.repeat(60_000)}!` }));
    expect(refused.body).toMatchObject(refusedWith('event 0: payload must match pattern "(a+)+$"'));
  });
});

it('has a bound for the schemas of a workspace', async () => {
  const { body } = await admin.post<{ id: string }>('/v1/workspaces', { name: 'large' });
  const schema = { enum: [Array.from({ length: 31 }, () => 'x'.repeat(1_000)).join('')] };
  const statuses: number[] = [];
  for (let n = 0; n < 35; n++) {
    statuses.push((await admin.put(`/v1/workspaces/${body.id}/event-types/large-${n}`, { schema })).status);
  }
  expect(statuses.lastIndexOf(200)).toBe(32);
  expect(statuses.slice(33)).toEqual([409, 409]);
});
