import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { signUp, type Api } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { LogWriter } from '../../support/log-writer.js';
import { RowLock } from '../../support/row-lock.js';
import { TestSocket, type Frame } from '../../support/socket.js';

let tidings: RunningTidings;
let ada: Api;
let grace: Api;
let viewer: Api;
let ws: string;
let tasks: string;
let channel: string;

interface Task {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly assigneeId: string | null;
  readonly updatedAt: string;
}

interface Page {
  readonly items: Task[];
  readonly nextCursor: string | null;
  readonly position: { channel: string; epoch: string; offset: number };
}

beforeAll(async () => {
  tidings = await startTidings();
  ws = tidings.workspaceId;
  tasks = `/v1/workspaces/${ws}/tasks`;
  channel = `tasks:${ws}`;
  [ada, grace, viewer] = await Promise.all([join('ada', 'member'), join('grace', 'member'), join('viewer', 'viewer')]);
});
afterAll(() => tidings.stop());

async function join(name: string, role: string): Promise<Api> {
  const user = await signUp(tidings.api, `${name}@example.com`);
  await tidings.api.put(`/v1/workspaces/${ws}/members/${user.userId}`, { role });
  return user;
}

async function make(by: Api, wanted: Record<string, unknown> = {}): Promise<Task> {
  const { status, body } = await by.post<Task>(tasks, { title: 'A task', ...wanted });
  expect(status).toBe(201);
  return body;
}

/** A socket that is subscribed to the tasks of the workspace. */
async function follow(user: Api): Promise<TestSocket> {
  const socket = await TestSocket.connect(tidings.url, user.token);
  await socket.ask('workspace:join', { workspaceId: ws });
  return socket;
}

const sessionOf = (socket: TestSocket): string => String(socket.ofType('connected')[0]?.payload['sessionId']);
const list = async (by: Api, query = ''): Promise<Page> => (await by.get<Page>(`${tasks}${query}`)).body;

describe('a task', () => {
  it('is created, shown, changed and deleted, and each change is published to the other members', async () => {
    const socket = await follow(grace);
    const made = await make(ada, { title: '  Write it down ', assigneeId: grace.userId });
    expect(made).toEqual({
      id: expect.any(String),
      title: 'Write it down',
      description: '',
      status: 'todo',
      assigneeId: grace.userId,
      rank: expect.any(Number),
      createdBy: ada.userId,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await grace.get(`${tasks}/${made.id}`)).body).toEqual(made);
    const { body: changed } = await ada.patch<Task>(`${tasks}/${made.id}`, { status: 'in_progress', assigneeId: null });
    expect(changed).toMatchObject({ title: 'Write it down', status: 'in_progress', assigneeId: null });
    expect((await ada.delete(`${tasks}/${made.id}`)).status).toBe(204);
    expect((await ada.get(`${tasks}/${made.id}`)).status).toBe(404);
    await eventually('the deletion', () => socket.ofType('task:deleted').length === 1);
    expect(socket.events(channel).map(({ type, payload }) => [type, payload])).toEqual([
      ['task:created', made],
      ['task:assigned', made],
      ['task:updated', changed],
      ['task:deleted', { id: made.id }],
    ]);
    expect(socket.events(channel)[0]).toMatchObject({ actor: ada.userId, ts: expect.any(Number) });
    socket.cut();
  });

  it('publishes nothing when a request does not change it', async () => {
    const task = await make(ada, { assigneeId: ada.userId });
    const before = await list(ada);
    expect((await ada.patch(`${tasks}/${task.id}`, { title: task.title })).body).toEqual(task);
    expect((await ada.patch(`${tasks}/${task.id}`, {})).body).toEqual(task);
    expect((await ada.patch(`${tasks}/${task.id}`, { assigneeId: ada.userId.toUpperCase() })).body).toEqual(task);
    expect((await list(ada)).position).toEqual(before.position);
  });

  it.each([
    ['no title', {}, 'request.invalid'],
    ['a blank title', { title: ' ' }, 'request.invalid'],
    ['an unknown status', { title: 'x', status: 'soon' }, 'request.invalid'],
    ['an author of its own', { title: 'x', createdBy: randomUUID() }, 'request.invalid'],
    ['an assignee who is no member', { title: 'x', assigneeId: randomUUID() }, 'task.unknown-assignee'],
  ])('is rejected with %s', async (_name, wanted, code) => {
    expect(await ada.post(tasks, wanted)).toMatchObject({ status: 400, body: { code } });
  });

  it('cannot be assigned to a former member, but keeps a former member as assignee', async () => {
    const leaver = await join('leaver', 'member');
    const task = await make(ada, { assigneeId: leaver.userId });
    await tidings.api.delete(`/v1/workspaces/${ws}/members/${leaver.userId}`);
    expect((await ada.get(`${tasks}/${task.id}`)).body['assigneeId']).toBe(leaver.userId);
    const other = await make(ada);
    const refused = await ada.patch(`${tasks}/${other.id}`, { assigneeId: leaver.userId });
    expect(refused).toMatchObject({ status: 400, body: { code: 'task.unknown-assignee' } });
    // An existing assignment is kept.
    const kept = await ada.patch(`${tasks}/${task.id}`, { status: 'done', assigneeId: leaver.userId });
    expect(kept).toMatchObject({ status: 200, body: { status: 'done', assigneeId: leaver.userId } });
  });

  it('is read-only for a viewer, and does not exist for a non-member', async () => {
    const task = await make(ada);
    const stranger = await signUp(tidings.api, 'stranger@example.com');
    const tries = (by: Api) => [
      by.post(tasks, { title: 'x' }),
      by.patch(`${tasks}/${task.id}`, { title: 'x' }),
      by.delete(`${tasks}/${task.id}`),
    ];
    expect((await viewer.get(`${tasks}/${task.id}`)).body).toEqual(task);
    for (const answer of await Promise.all(tries(viewer))) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
    }
    for (const answer of await Promise.all([...tries(stranger), stranger.get(tasks)])) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'workspace.not-found' } });
    }
  });

  it('is not accessible through another workspace’s path', async () => {
    const task = await make(ada);
    const { body: other } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'other' });
    const path = `/v1/workspaces/${other.id}/tasks/${task.id}`;
    for (const answer of [
      await tidings.api.get(path),
      await tidings.api.patch(path, { title: 'x' }),
      await tidings.api.delete(path),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'task.not-found' } });
    }
  });

  it('cannot be changed after a change of rights that forbids it has been confirmed', async () => {
    const loser = await join('loser', 'member');
    await make(ada);
    const row = new RowLock(tidings.databaseUrl);
    await row.lock('SELECT FROM channels WHERE name = $1 FOR UPDATE', channel);
    const writing = loser.post(tasks, { title: 'Let in in time' });
    const writer = await eventually('the write has passed its check', () => row.waiterWith('members'));
    const change = tidings.api.put(`/v1/workspaces/${ws}/members/${loser.userId}`, { role: 'viewer' });
    const first = await Promise.race([change, eventually('the change of rights waits', () => row.isWaitedFor(writer))]);
    expect(first).toBe(true);
    await row.release();
    expect((await writing).status).toBe(201);
    expect((await change).status).toBe(200);
    expect((await loser.post(tasks, { title: 'Too late' })).status).toBe(403);
  });
});

describe('the ETag of a task', () => {
  it('changes with every change, and equals the time in its events', async () => {
    const task = await make(ada);
    const etags = new Set<string | null>();
    for (const status of ['in_progress', 'done', 'todo', 'done', 'todo']) {
      const changed = await ada.patch<Task>(`${tasks}/${task.id}`, { status });
      expect(changed.headers.get('etag')).toBe(`"${changed.body.updatedAt}"`);
      etags.add(changed.headers.get('etag'));
    }
    expect(etags.size).toBe(5);
    expect((await ada.get(`${tasks}/${task.id}`)).headers.get('etag')).toBe([...etags].at(-1));
  });

  it('admits one of several concurrent changes of the same state, and answers 412 to the others', async () => {
    const task = await make(ada);
    const asKnown = ada.with({ 'if-match': `"${task.updatedAt}"` });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => asKnown.patch(`${tasks}/${task.id}`, { title: `writer ${i}` })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
    expect(answers.find(({ status }) => status === 412)?.body['code']).toBe('task.changed');
    expect((await asKnown.delete(`${tasks}/${task.id}`)).status).toBe(412);
    const { body: now } = await ada.get<Task>(`${tasks}/${task.id}`);
    const several = ada.with({ 'if-match': `"x", "${now.updatedAt}"` });
    expect((await several.patch(`${tasks}/${task.id}`, { title: 'x' })).status).toBe(200);
    expect((await ada.with({ 'if-match': '*' }).delete(`${tasks}/${task.id}`)).status).toBe(204);
  });
});

describe('the list of tasks', () => {
  it('is sorted newest first, has pages, and can be filtered by status, assignee and text', async () => {
    const word = `100%_${randomUUID()}`;
    const [first, second, third] = [
      await make(ada, { title: word, assigneeId: ada.userId }),
      await make(ada, { description: `about ${word.toUpperCase()}`, status: 'done', assigneeId: ada.userId }),
      await make(ada, { title: `${word}!`, status: 'done' }),
    ];
    const ids = async (query: string) =>
      (await list(ada, `?q=${encodeURIComponent(word)}${query}`)).items.map(({ id }) => id);
    expect(await ids('')).toEqual([third.id, second.id, first.id]);
    expect(await ids('&status=done')).toEqual([third.id, second.id]);
    expect(await ids(`&status=done&assignee=${ada.userId}`)).toEqual([second.id]);
    expect(await ids(`&cursor=${third.id}&limit=1`)).toEqual([second.id]);
    const page = await list(ada, `?q=${encodeURIComponent(word)}&limit=2`);
    expect(page).toMatchObject({ items: [{ id: third.id }, { id: second.id }], nextCursor: second.id });
  });

  it('has a position to subscribe from in a workspace without events', async () => {
    const { body } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'quiet' });
    const quiet = await tidings.api.get<Page>(`/v1/workspaces/${body.id}/tasks`);
    expect(quiet.body).toMatchObject({ items: [], nextCursor: null, position: { offset: 0 } });
    const socket = await TestSocket.connect(tidings.url, tidings.api.token);
    const { position } = quiet.body;
    await tidings.api.post(`/v1/workspaces/${body.id}/tasks`, { title: 'The first one' });
    const answer = await socket.ask('subscribe', { channel: position.channel, position });
    expect(answer.payload).toMatchObject({ recovered: true, offset: 0 });
    await socket.waitFor(({ type }) => type === 'task:created', 'the first task');
    socket.cut();
  });

  it('and the events after its position have no gap during concurrent writes', async () => {
    const work = { goesOn: true };
    const write = async (writer: Api) => {
      const mine: string[] = [];
      for (let i = 0; work.goesOn; i++) {
        const victim = mine[0];
        if (i % 3 === 0 || victim === undefined) mine.push((await make(writer, { title: `seam ${i}` })).id);
        else if (i % 3 === 1) await writer.patch(`${tasks}/${victim}`, { title: `changed ${i}` });
        else await writer.delete(`${tasks}/${mine.shift() ?? victim}`);
      }
    };
    const writers = [ada, grace, ada, grace].map(write);
    const first = await list(ada);
    const come = async () => {
      const { items, position, nextCursor } = await list(viewer, '?limit=200&q=a');
      expect(nextCursor).toBeNull();
      const socket = await TestSocket.connect(tidings.url, viewer.token);
      expect((await socket.ask('subscribe', { channel, position })).payload['recovered']).toBe(true);
      return { state: new Map(items.map((task) => [task.id, task])), socket, start: position.offset };
    };
    const followed: Awaited<ReturnType<typeof come>>[] = [];
    while (followed.length < 16) followed.push(...(await Promise.all([come(), come()])));
    work.goesOn = false;
    await Promise.all(writers);
    const end = await list(ada, '?limit=200&q=a');
    for (const { state, socket, start } of followed) {
      await eventually('the last event', () => end.position.offset === (socket.offsets(channel).at(-1) ?? start));
      for (const event of socket.events(channel)) apply(state, event);
      expect([...state.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1))).toEqual(end.items);
      socket.cut();
    }
    expect(end.position.offset).toBeGreaterThan(first.position.offset + 50);
  });
});

/** As a strict client does: throws when an event reveals loss, duplication or disorder. */
function apply(state: Map<string, Task>, { type, payload }: Frame): void {
  const id = String(payload['id']);
  const known = state.has(id);
  expect({ type, known }).toEqual({ type, known: type !== 'task:created' });
  if (type === 'task:deleted') state.delete(id);
  else state.set(id, payload as unknown as Task);
}

describe('a call that names its connection', () => {
  it('gets a position, while its other tabs and other users get the event', async () => {
    const [tab, other, friend] = [await follow(ada), await follow(ada), await follow(grace)];
    const before = tab.frames.length;
    const task = await make(ada.with({ 'x-tidings-session': sessionOf(tab) }));
    const [event] = await Promise.all(
      [other, friend].map((socket) => socket.waitFor(({ payload }) => payload['id'] === task.id, 'the event')),
    );
    const position = await tab.waitFor(({ type }) => type === 'position', 'the position');
    expect(position.payload).toEqual({ channel, epoch: expect.any(String), offset: event?.offset });
    expect(tab.frames.slice(before).filter(({ type }) => !type.startsWith('presence:'))).toEqual([position]);
    // Afterwards the connection gets events as usual.
    const next = await make(grace);
    await tab.waitFor(({ payload }) => payload['id'] === next.id, 'the next event');
    expect(tab.offsets(channel).at(-1)).toBe(Number(position.payload['offset']) + 1);
    for (const socket of [tab, other, friend]) socket.cut();
  });

  it('withholds nothing from other users with a foreign, an unknown or a malformed connection id', async () => {
    const [tab, friend] = [await follow(ada), await follow(grace)];
    for (const session of [sessionOf(friend), randomUUID(), 'nonsense']) {
      const task = await make(ada.with({ 'x-tidings-session': session }));
      for (const socket of [tab, friend]) {
        await socket.waitFor(({ payload }) => payload['id'] === task.id, 'the event');
      }
    }
    expect([...tab.ofType('position'), ...friend.ofType('position')]).toEqual([]);
    tab.cut();
    friend.cut();
  });

  it('suppresses the echo when catching up from the log too, but not for a later connection', async () => {
    const { position } = await list(ada);
    const tab = await TestSocket.connect(tidings.url, ada.token);
    const named = ada.with({ 'x-tidings-session': sessionOf(tab) });
    const mine = await make(named);
    // More than the in-memory buffer holds.
    await new LogWriter(tidings.app).append(channel, 300);
    const theirs = await make(grace);
    await tab.ask('subscribe', { channel, position });
    await tab.waitFor(({ payload }) => payload['id'] === theirs.id, 'what others did');
    expect(tab.ofType('position').map(({ payload }) => payload['offset'])).toEqual([position.offset + 1]);
    const after = await TestSocket.connect(tidings.url, ada.token);
    await after.ask('subscribe', { channel, position });
    await after.waitFor(({ payload }) => payload['id'] === mine.id, 'the own event, after coming back');
    tab.cut();
    after.cut();
  });
});

describe('typing in a task', () => {
  it('is relayed to the other members with its sender, and not stored', async () => {
    const [tab, friend] = [await follow(ada), await follow(grace)];
    const { position } = await list(ada);
    const payload = { workspaceId: ws, taskId: randomUUID() };
    tab.send('task:typing', payload);
    const typing = await friend.waitFor(({ type }) => type === 'task:typing', 'the typing');
    expect(typing.payload).toEqual({ ...payload, userId: ada.userId });
    expect(tab.ofType('task:typing')).toEqual([]);
    expect((await list(ada)).position).toEqual(position);
    tab.cut();
    friend.cut();
  });
});
