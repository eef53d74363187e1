import { z } from 'zod';
import { workspaceRole } from '../../access/public/workspace-role.js';
import { positionSchema } from '../../platform/events/logged-event.js';
import { errorPayload } from './realtime.errors.js';

/** A frame of the server that isn't an event. Types `Connection.send` and generates the documentation. */
export interface ServerFrameDefinition {
  /** When it is sent. */
  readonly summary: string;
  readonly payload: z.ZodType;
}

const channel = z.string();
const workspaceId = z.uuid();

export const serverFrames = {
  connected: {
    summary: "The first frame. A subscription to the user's own channel follows.",
    payload: z.object({
      userId: z.uuid(),
      sessionId: z.uuid().describe('the id of this connection'),
      heartbeatMs: z.int().describe('the server sends something at least this often'),
    }),
  },
  subscribed: {
    summary: 'The answer to `subscribe`; also sent unasked when events were trimmed before they could be sent.',
    payload: positionSchema.extend({
      recovered: z.boolean().describe("whether every event after the client's position follows"),
    }),
  },
  unsubscribed: { summary: 'The answer to `unsubscribe`.', payload: z.object({ channel }) },
  'workspace:joined': {
    summary: 'The answer to `workspace:join`, after a `subscribed` for each of the channels.',
    payload: z.object({ workspaceId, channels: z.array(channel) }),
  },
  'workspace:left': {
    summary: 'The answer to `workspace:leave`.',
    payload: z.object({ workspaceId, channels: z.array(channel).describe('the channels that were unsubscribed') }),
  },
  'auth:refreshed': {
    summary: 'The answer to `auth:refresh`.',
    payload: z.object({ expiresIn: z.int().describe('seconds') }),
  },
  presence: {
    summary:
      'The answer to `presence:get`; also sent unasked when a channel becomes large or small, or when changes could not be sent.',
    payload: z.object({
      channel,
      count: z.int().describe('number of users present'),
      users: z
        .array(z.object({ userId: z.uuid() }))
        .describe('the users present; in a large channel only the first 100 by id'),
      announced: z.boolean().describe('whether `presence:joined` and `presence:left` follow: false in a large channel'),
    }),
  },
  'presence:joined': {
    summary: "A user has joined, with the first of any number of connections. Not sent to the user's own connections.",
    payload: z.object({ channel, userId: z.uuid() }),
  },
  'presence:left': {
    summary:
      'A user has left: unsubscribed on every connection, lost the right to read, or disconnected for the grace period.',
    payload: z.object({ channel, userId: z.uuid() }),
  },
  relayed: {
    summary: 'The answer to a relayed frame that had an `id`.',
    payload: z.object({ channel: channel.describe('the channel whose subscribers get the frame') }),
  },
  pong: { summary: 'The answer to `ping`.', payload: z.object({}) },
  position: {
    summary: 'Replaces an event caused by an HTTP call that named this connection in `X-Tidings-Session`.',
    payload: positionSchema,
  },
  'subscription:revoked': {
    summary: 'The user may no longer read the channel.',
    payload: z.object({ channel, reason: z.literal('permission') }),
  },
  'permissions:updated': {
    summary: "The user's rights may have changed. Contains all effective permissions.",
    payload: z.object({
      workspaces: z.array(z.object({ id: z.uuid(), role: workspaceRole, permissions: z.array(z.string()) })),
    }),
  },
  'workspace:changed': {
    summary:
      'Something that no event reports has changed in a workspace, e.g. a role or a source: load it again. A hint, which a slow or disconnected client misses.',
    payload: z.object({
      workspaceId,
      kinds: z
        .array(z.string())
        .describe("the first parts of the audit log's actions: `role` for `role.created`; never ids"),
    }),
  },
  'server:draining': {
    summary: 'The server is shutting down and will close the connection.',
    payload: z.object({ reconnectInMs: z.int().min(0).describe('when to reconnect, with positions') }),
  },
  error: { summary: 'Sent instead of an answer, or before the connection is closed.', payload: errorPayload },
} as const satisfies Record<string, ServerFrameDefinition>;

export type ServerFrameType = keyof typeof serverFrames;

export type ServerPayload<Type extends ServerFrameType> = z.infer<(typeof serverFrames)[Type]['payload']>;
