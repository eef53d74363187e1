import { z } from 'zod';

/** The noun, the id of a workspace, and a path of eight segments of 64 characters. */
export const MAX_CHANNEL_LENGTH = 600;

const channel = z.string().min(1).max(MAX_CHANNEL_LENGTH);
const knownPosition = z.object({ epoch: z.string().max(100), offset: z.int().min(0) });
const workspaceId = z.string().min(1).max(100);

/** A client's position in a channel that it was subscribed to before. */
export type KnownPosition = z.infer<typeof knownPosition>;

export const subscribePayload = z.object({ channel, position: knownPosition.nullish() });
export type SubscribePayload = z.infer<typeof subscribePayload>;

export const unsubscribePayload = z.object({ channel });
export type UnsubscribePayload = z.infer<typeof unsubscribePayload>;

export const presencePayload = z.object({ channel });
export type PresencePayload = z.infer<typeof presencePayload>;

export const joinPayload = z.object({ workspaceId, positions: z.record(channel, knownPosition).nullish() });
export type JoinPayload = z.infer<typeof joinPayload>;

export const leavePayload = z.object({ workspaceId });
export type LeavePayload = z.infer<typeof leavePayload>;

export const refreshPayload = z.object({ token: z.string().min(1).max(16_384) });
export type RefreshPayload = z.infer<typeof refreshPayload>;
