import { randomBytes, randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import { type Api, signUp } from '../api.js';
import type { RunningTidings } from '../app.js';
import { eventually } from '../eventually.js';
import {
  makeDocument,
  makeEndpoint,
  makeEventType,
  makeNotification,
  makePushSubscription,
  makeRefused,
  makeTask,
  makeTopic,
  messageTo,
  must,
} from './made-things.js';
import { makeSource, post, webhookEvents } from '../webhooks.js';

/** The things of a workspace that a request can name. */
export interface Things {
  readonly workspaceId: string;
  readonly sourceId: string;
  readonly sourceKey: string;
  readonly deliveryId: string;
  readonly refusedId: string;
  readonly replayId: string;
  readonly eventId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly apiKeyId: string;
  readonly taskId: string;
  readonly documentId: string;
  readonly versionId: string;
  readonly invitationId: string;
  readonly endpointId: string;
  readonly messageId: string;
  readonly notificationId: string;
  readonly pushSubscriptionId: string;
  readonly role: string;
  readonly epoch: string;
  readonly eventType: string;
}

/** A workspace with members of its own, and canaries in all data of its members and senders. */
export interface Tenant {
  readonly things: Things;
  readonly owner: Api;
  /** May read but not manage. */
  readonly member: Api;
  readonly canaries: Canaries;
  /** Receives a webhook that contains a canary. */
  receive(): Promise<void>;
}

export interface Canaries {
  /** Data of its members: visible to administrators of the installation, but not to other workspaces. */
  readonly people: readonly string[];
  /** Strings that only its members may receive. Another user may receive one only if they sent it themselves. */
  readonly content: readonly string[];
  /** Strings that no user may receive, including its own members. */
  readonly secrets: readonly string[];
}

/** Letters only, as role names require. */
const marker = (kind: string): string =>
  kind + [...randomBytes(12)].map((byte) => String.fromCodePoint(97 + (byte % 26))).join('');

/** @param receiver a web server, which receives the workspace's events at an address with a canary in it */
export async function makeTenant({ app, api: admin, url }: RunningTidings, receiver: string): Promise<Tenant> {
  const [content, people, secret, role] = [marker('content'), marker('people'), marker('secret'), marker('role')];
  const owner = await signUp(admin, `${people}-owner@example.com`);
  const member = await signUp(admin, `${people}-member@example.com`);
  const { body: made } = await admin.post<{ id: string }>('/v1/workspaces', { name: `Workspace ${content}` });
  const ws = `/v1/workspaces/${made.id}`;
  await must(admin.put(`${ws}/members/${owner.userId}`, { role: 'owner' }));
  await must(owner.delete(`${ws}/members/${admin.userId}`));
  await must(owner.post(`${ws}/roles`, { name: role, permissions: ['members:read', 'webhooks:read'] }));
  await must(owner.put(`${ws}/members/${member.userId}`, { role }));
  const signed = { name: `Signed ${content}`, provider: 'gitlab', secrets: [`${secret}-of-a-source`] };
  const { id: sourceId, url: signedUrl } = await makeSource(owner, made.id, signed);
  const open = await makeSource(owner, made.id, { provider: 'open', name: `Open ${content}` });
  const key = await must(owner.post('/v1/api-keys', { name: `Key of ${people}`, scopes: ['webhooks:read'] }));
  const making = { owner, workspaceId: made.id, content };
  const { endpointId, secret: signing } = await makeEndpoint(making, `${receiver}/${content}`);
  const receive = async (): Promise<void> => {
    const { status } = await post(open.url, `${content} happened ${randomUUID()}`, { 'x-note': content });
    if (status !== 202) throw new Error(`The webhook was answered ${status}.`);
  };
  await receive();
  const event = await eventually('the log has the first event', async () => (await webhookEvents(owner, made.id))[0]);
  await must(owner.post(`${ws}/deliveries/${event.payload.deliveryId}/replay`));
  const replay = await must(owner.post(`${ws}/deliveries/replays`, { ids: [event.payload.deliveryId] }));
  const log = await must(owner.get(`${ws}/events?channel=webhooks:${made.id}`));
  const wanted = { email: `${people}-invited@example.com`, workspaceId: made.id };
  const invitation = await must(owner.post('/v1/invitations', wanted));
  await makeTopic(making);
  const eventType = await makeEventType(making, marker('type'));
  const { pushSubscriptionId, expoToken } = await makePushSubscription(making);
  const things: Things = {
    workspaceId: made.id,
    sourceId,
    sourceKey: new URL(open.url, url).pathname.replace('/webhooks/', ''),
    deliveryId: event.payload.deliveryId,
    refusedId: await makeRefused(making, signedUrl),
    replayId: String(replay['id']),
    eventId: event.id,
    userId: member.userId,
    sessionId: String(decodeJwt(member.token)['sid']),
    apiKeyId: String(key['id']),
    taskId: await makeTask(making),
    ...(await makeDocument(making)),
    invitationId: String(invitation['id']),
    endpointId,
    messageId: await messageTo(making, endpointId),
    notificationId: await makeNotification(app, making),
    pushSubscriptionId,
    role,
    epoch: String((log['position'] as { epoch?: unknown }).epoch),
    eventType,
  };
  const ofPeople = [people, owner.userId, member.userId, things.sessionId, things.apiKeyId];
  const names = Object.values(things).filter((name) => !ofPeople.includes(name));
  const canaries = { people: ofPeople, content: [content, open.id, ...names], secrets: [secret, signing, expoToken] };
  return { things, owner, member, canaries, receive };
}

/** Things that do not exist, with names of the same form as a tenant's. */
export function inventedThings(): Things {
  return {
    workspaceId: uuidv7(),
    sourceId: uuidv7(),
    sourceKey: randomBytes(24).toString('base64url'),
    deliveryId: uuidv7(),
    refusedId: uuidv7(),
    replayId: uuidv7(),
    eventId: uuidv7(),
    userId: uuidv7(),
    sessionId: uuidv7(),
    apiKeyId: uuidv7(),
    taskId: uuidv7(),
    documentId: uuidv7(),
    versionId: uuidv7(),
    invitationId: uuidv7(),
    endpointId: uuidv7(),
    messageId: uuidv7(),
    notificationId: uuidv7(),
    pushSubscriptionId: uuidv7(),
    role: marker('role'),
    epoch: randomUUID(),
    eventType: marker('type'),
  };
}
