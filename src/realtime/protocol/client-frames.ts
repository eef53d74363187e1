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

/** A frame that a client may send, besides the relays that features declare. */
export interface ClientFrameDefinition {
  /** The request of the frame, in one sentence. */
  readonly summary: string;
  readonly payload: z.ZodType;
  readonly answer: ServerFrameType;
}

export const clientFrames = {
  subscribe: {
    summary: 'Subscribes to a channel, from a position if one is given.',
    payload: subscribePayload,
    answer: 'subscribed',
  },
  unsubscribe: {
    summary: 'Unsubscribes from a channel. Succeeds without a subscription too.',
    payload: unsubscribePayload,
    answer: 'unsubscribed',
  },
  'workspace:join': {
    summary: "Subscribes to all of a workspace's channels that the user may read.",
    payload: joinPayload,
    answer: 'workspace:joined',
  },
  'workspace:leave': {
    summary: "Unsubscribes from all of a workspace's channels.",
    payload: leavePayload,
    answer: 'workspace:left',
  },
  'presence:get': {
    summary: 'Requests the users present in a subscribed channel.',
    payload: presencePayload,
    answer: 'presence',
  },
  'auth:refresh': {
    summary: 'Replaces the token of the connection by a new one of the same user.',
    payload: refreshPayload,
    answer: 'auth:refreshed',
  },
  ping: { summary: 'Requests a `pong`.', payload: z.unknown(), answer: 'pong' },
} as const satisfies Record<string, ClientFrameDefinition>;

export type ClientFrameType = keyof typeof clientFrames;
