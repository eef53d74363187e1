import { z } from 'zod';
import {
  joinPayload,
  leavePayload,
  presencePayload,
  refreshPayload,
  subscribePayload,
  unsubscribePayload,
} from './client-payloads.js';
import type { ServerFrameType } from './server-frames.js';

/** What a client may send, beside the relays that rooms have declared. */
export interface ClientFrameDefinition {
  /** What it asks for. */
  readonly summary: string;
  readonly payload: z.ZodType;
  readonly answer: ServerFrameType;
}

export const clientFrames = {
  subscribe: {
    summary: 'To follow a channel, from a position where there is one.',
    payload: subscribePayload,
    answer: 'subscribed',
  },
  unsubscribe: {
    summary: 'To follow a channel no more, also when it is not followed.',
    payload: unsubscribePayload,
    answer: 'unsubscribed',
  },
  'workspace:join': {
    summary: "To follow all of a workspace's channels that the user may read.",
    payload: joinPayload,
    answer: 'workspace:joined',
  },
  'workspace:leave': {
    summary: "To follow none of a workspace's channels any more.",
    payload: leavePayload,
    answer: 'workspace:left',
  },
  'presence:get': {
    summary: 'To learn who is in a channel that the client follows.',
    payload: presencePayload,
    answer: 'presence',
  },
  'auth:refresh': {
    summary: 'A new token of the same user, by which the connection lives from then on.',
    payload: refreshPayload,
    answer: 'auth:refreshed',
  },
  ping: { summary: 'To hear from the server.', payload: z.unknown(), answer: 'pong' },
} as const satisfies Record<string, ClientFrameDefinition>;

export type ClientFrameType = keyof typeof clientFrames;
