import { expect } from '@jest/globals';
import { signUp, type Api } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { TestSocket } from '../../support/socket.js';

export let tidings: RunningTidings;
export let admin: Api;
export let ada: Api;
export let viewer: Api;
export let ws: string;
export let events: string;
let members = 0;
const sockets: TestSocket[] = [];

export interface Published {
  readonly events: ReadonlyArray<{ readonly id: string; readonly channel: string; readonly offset: number }>;
}

/** Starts a service with a member and a viewer. Each spec has these variables to itself. */
export async function start(): Promise<void> {
  tidings = await startTidings();
  admin = tidings.api;
  ws = tidings.workspaceId;
  events = `/v1/workspaces/${ws}/events`;
  [ada, viewer] = await Promise.all([join('member'), join('viewer')]);
}

export async function stop(): Promise<void> {
  for (const socket of sockets) socket.cut();
  await tidings?.stop();
}

/** A new member with this role, and with these exceptions to it. */
export async function join(role: string, rights: { grant?: string[]; deny?: string[] } = {}): Promise<Api> {
  const user = await signUp(admin, `publisher-${++members}@example.com`);
  const { status } = await admin.put(`/v1/workspaces/${ws}/members/${user.userId}`, { role, ...rights });
  expect(status).toBe(200);
  return user;
}

export const topic = (path: string) => `topic:${ws}/${path}`;
export const paid = (path: string, more: Record<string, unknown> = {}) => ({
  channel: topic(path),
  type: 'order:paid',
  payload: { order: 17 },
  ...more,
});

export async function publish(by: Api, body: unknown): Promise<Published['events']> {
  const answer = await by.post<Published>(events, body);
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return answer.body.events;
}

export async function problem(by: Api, body: unknown): Promise<[number, unknown]> {
  const { status, body: refused } = await by.post(events, body);
  return [status, refused['code']];
}

export async function logOf(by: Api, channel: string) {
  const { status, body } = await by.get<{ items: Array<Record<string, unknown>> }>(
    `${events}?channel=${encodeURIComponent(channel)}&limit=200`,
  );
  return status === 200 ? body.items : [];
}

export async function connect(user: Api): Promise<TestSocket> {
  const socket = await TestSocket.connect(tidings.url, user.token);
  sockets.push(socket);
  return socket;
}

export async function subscribe(user: Api, channel: string): Promise<TestSocket> {
  const socket = await connect(user);
  expect((await socket.ask('subscribe', { channel })).type).toBe('subscribed');
  return socket;
}
