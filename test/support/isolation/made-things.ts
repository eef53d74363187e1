import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Api } from '../api.js';
import type { RunningTidings } from '../app.js';
import { eventually } from '../eventually.js';
import { note } from '../notices.js';
import { operations } from './operations.js';

/** The owner and workspace of new things, and a text to put into them. */
export interface Making {
  readonly owner: Api;
  readonly workspaceId: string;
  readonly content: string;
}

interface Items {
  readonly items: readonly { readonly id: string }[];
}

/** Whether the installation has an operation: features may be removed. */
export const has = (id: string): boolean => operations.some((operation) => operation.id === id);

/** Makes an endpoint that sends the workspace's events to `url`. @returns its id and its secret, which is shown once */
export async function makeEndpoint({ owner, workspaceId, content }: Making, url: string) {
  if (!has('createEndpoint')) return { endpointId: uuidv7(), secret: randomUUID() };
  const wanted = { name: `Endpoint ${content}`, url };
  const { id, secret } = await must(owner.post(`/v1/workspaces/${workspaceId}/endpoints`, wanted));
  return { endpointId: String(id), secret: String(secret) };
}

/** Waits for the first message of the endpoint. */
export async function messageTo({ owner, workspaceId }: Making, endpointId: string): Promise<string> {
  if (!has('createEndpoint')) return uuidv7();
  const path = `/v1/workspaces/${workspaceId}/endpoints/${endpointId}/messages`;
  return eventually('the endpoint has a message', async () => (await owner.get<Items>(path)).body.items[0]?.id);
}

/** Sends a webhook without a signature. @returns the id of the refused request */
export async function makeRefused({ owner, workspaceId, content }: Making, sourceUrl: string): Promise<string> {
  await fetch(sourceUrl, { method: 'POST', body: content });
  const path = `/v1/workspaces/${workspaceId}/refused`;
  return eventually('the request is refused', async () => (await owner.get<Items>(path)).body.items[0]?.id);
}

export async function makeTask({ owner, workspaceId, content }: Making): Promise<string> {
  if (!has('createTask')) return uuidv7();
  const wanted = { title: `Task ${content}`, description: content };
  return String((await must(owner.post(`/v1/workspaces/${workspaceId}/tasks`, wanted)))['id']);
}

/** Publishes an event to a topic. */
export async function makeTopic({ owner, workspaceId, content }: Making): Promise<void> {
  if (!has('publishEvents')) return;
  const event = { channel: `topic:${workspaceId}/things`, type: 'thing:happened', payload: content };
  await must(owner.post(`/v1/workspaces/${workspaceId}/events`, event));
}

/** Defines an event type whose description and schema contain the text. */
export async function makeEventType({ owner, workspaceId, content }: Making, type: string): Promise<string> {
  if (!has('putEventType')) return type;
  const wanted = { description: content, schema: { title: content } };
  await must(owner.put(`/v1/workspaces/${workspaceId}/event-types/${type}`, wanted));
  return type;
}

export async function makeDocument({ owner, workspaceId, content }: Making) {
  if (!has('createDocument')) return { documentId: uuidv7(), versionId: uuidv7() };
  const base = `/v1/workspaces/${workspaceId}/documents`;
  const { id } = await must(owner.post(base, { title: `Document ${content}` }));
  const version = await must(owner.post(`${base}/${String(id)}/versions`, { name: `Version ${content}` }));
  return { documentId: String(id), versionId: String(version['id']) };
}

/** Makes a notification for the owner. */
export async function makeNotification(app: RunningTidings['app'], making: Making): Promise<string> {
  if (!has('listNotifications')) return uuidv7();
  const { owner, workspaceId, content } = making;
  await note(app, workspaceId, { to: [owner.userId], title: `Note ${content}` });
  return eventually(
    'the owner has a notification',
    async () => (await owner.get<Items>('/v1/notifications')).body.items[0]?.id,
  );
}

/** Makes a subscription for a phone of the owner. @returns its id and its token, which allows pushing to the phone */
export async function makePushSubscription({ owner }: Making) {
  const expoToken = `ExponentPushToken[${randomUUID()}]`;
  if (!has('createPushSubscription')) return { pushSubscriptionId: uuidv7(), expoToken };
  const { id } = await must(owner.post('/v1/push-subscriptions', { expoToken }));
  return { pushSubscriptionId: String(id), expoToken };
}

export async function must(call: Promise<{ status: number; body: Record<string, unknown> }>) {
  const { status, body } = await call;
  if (status >= 300) throw new Error(`The workspace was not prepared: ${status} ${JSON.stringify(body)}`);
  return body;
}
