import { z } from 'zod';
import { workspaceRole } from '../../access/public/workspace-role.js';
import { positionSchema } from '../../platform/events/logged-event.js';
import { errorPayload } from './realtime.errors.js';

/** What the server sends of itself. The types of `Session.send`, and what documents say of these frames, come from here. */
export interface ServerFrameDefinition {
  /** When it is sent. */
  readonly summary: string;
  readonly payload: z.ZodType;
}

const channel = z.string();
const workspaceId = z.uuid();

export const serverFrames = {
  connected: {
    summary: "First of all. The user's own channel is subscribed right after.",
    payload: z.object({
      userId: z.uuid(),
      sessionId: z.uuid().describe('of this connection'),
      heartbeatMs: z.int().describe('the server lets itself be heard at least this often'),
    }),
  },
  subscribed: {
    summary: 'The answer to `subscribe`, and unasked when events were trimmed before they could be sent.',
    payload: positionSchema.extend({
      recovered: z.boolean().describe('whether nothing was lost since the position that the client gave'),
    }),
  },
  unsubscribed: { summary: 'The answer to `unsubscribe`.', payload: z.object({ channel }) },
  'workspace:joined': {
    summary: 'The answer to `workspace:join`, after a `subscribed` for each of the channels.',
    payload: z.object({ workspaceId, channels: z.array(channel) }),
  },
  'workspace:left': {
    summary: 'The answer to `workspace:leave`.',
    payload: z.object({ workspaceId, channels: z.array(channel).describe('that were subscribed') }),
  },
  'auth:refreshed': {
    summary: 'The answer to `auth:refresh`.',
    payload: z.object({ expiresIn: z.int().describe('seconds') }),
  },
  presence: {
    summary:
      'The answer to `presence:get`, and unasked when a crowd has formed or dissolved, or when changes could not be sent.',
    payload: z.object({
      channel,
      count: z.int().describe('how many users are there'),
      users: z.array(z.object({ userId: z.uuid() })).describe('who is there: of a crowd only the first 100, by id'),
      announced: z
        .boolean()
        .describe('whether `presence:joined` and `presence:left` will tell of changes: false in a crowd'),
    }),
  },
  'presence:joined': {
    summary: 'A user is there who was not, whatever the number of his connections. Not sent to his own.',
    payload: z.object({ channel, userId: z.uuid() }),
  },
  'presence:left': {
    summary: 'A user is there no more: he unsubscribed everywhere, may not read it any more, or is gone for the grace.',
    payload: z.object({ channel, userId: z.uuid() }),
  },
  relayed: {
    summary: 'The answer to a frame that was passed on to others, when it had an `id`.',
    payload: z.object({ channel: channel.describe('whose followers get it') }),
  },
  pong: { summary: 'The answer to `ping`.', payload: z.object({}) },
  position: {
    summary: 'In the place of an event that this very connection has caused: `X-Tidings-Session` of the call named it.',
    payload: positionSchema,
  },
  'subscription:revoked': {
    summary: 'The user may not read the channel any more.',
    payload: z.object({ channel, reason: z.literal('permission') }),
  },
  'permissions:updated': {
    summary: 'Rights may have changed: the whole effective set.',
    payload: z.object({
      workspaces: z.array(z.object({ id: z.uuid(), role: workspaceRole, permissions: z.array(z.string()) })),
    }),
  },
  'server:draining': {
    summary: 'The server shuts down and will end the connection.',
    payload: z.object({ reconnectInMs: z.int().min(0).describe('when to come back, with positions') }),
  },
  error: { summary: 'In the place of an answer, or before the end of the connection.', payload: errorPayload },
} as const satisfies Record<string, ServerFrameDefinition>;

export type ServerFrameType = keyof typeof serverFrames;

export type ServerPayload<Type extends ServerFrameType> = z.infer<(typeof serverFrames)[Type]['payload']>;
