import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { TidingsClient } from '../../../client/src/tidings.js';
import { signUp } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { makeClient, Notes } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';

let tidings: RunningTidings;
let workspaceId: string;
const clients: TidingsClient[] = [];

beforeAll(async () => {
  tidings = await startTidings();
  workspaceId = tidings.workspaceId;
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => tidings?.stop());

function newClient(token = () => tidings.api.token): TidingsClient {
  const client = makeClient(tidings.url, token);
  clients.push(client);
  return client;
}

describe('a client that subscribes to tasks', () => {
  it('gets no echo of its own call, but a new position', async () => {
    const tasks = `tasks:${workspaceId}`;
    const [author, other] = [newClient(), newClient()];
    const [own, others] = [new Notes(), new Notes()];
    const subscription = author.subscribe(tasks, own);
    other.subscribe(tasks, others);
    author.connect();
    other.connect();
    await Promise.all([own.isLive(), others.isLive()]);
    const create = (by: TidingsClient, title: string) =>
      by.fetch(`/v1/workspaces/${workspaceId}/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title }),
      });
    expect((await create(author, 'mine')).status).toBe(201);
    await others.has(1);
    await create(other, 'theirs');
    await own.has(1);
    expect(own.events[0]).toMatchObject({ type: 'task:created', payload: { title: 'theirs' } });
    await eventually('the author has a new position', () => subscription.position?.offset === own.offsets[0]);
    expect(others.events).toHaveLength(1);
  });

  it('relays typing to other users only', async () => {
    const member = await signUp(tidings.api, 'types@example.com');
    await tidings.api.put(`/v1/workspaces/${workspaceId}/members/${member.userId}`, { role: 'member' });
    const [writing, watching] = [newClient(() => member.token), newClient()];
    const typed: unknown[] = [];
    const [one, two] = [new Notes(), new Notes()];
    writing.on('task:typing', (payload) => typed.push(['author', payload]));
    watching.on('task:typing', ({ taskId, userId }) => typed.push([taskId, userId]));
    writing.subscribe(`tasks:${workspaceId}`, one);
    watching.subscribe(`tasks:${workspaceId}`, two);
    writing.connect();
    watching.connect();
    await Promise.all([one.isLive(), two.isLive()]);
    const taskId = randomUUID();
    await writing.send('task:typing', { workspaceId, taskId });
    await eventually('the typing frame', () => typed.length > 0);
    expect(typed).toEqual([[taskId, member.userId]]);
  });
});
