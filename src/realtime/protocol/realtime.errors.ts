import { z } from 'zod';
import { TidingsError, defineError, type ErrorKind } from '../../platform/errors.js';

export const frameMalformed = defineError({
  code: 'frame.malformed',
  kind: 'invalid',
  title: 'This frame is not a JSON text `{type, payload, id?}` with a valid payload for its type.',
  inFrames: true,
});
export const frameUnknownType = defineError({
  code: 'frame.unknown-type',
  kind: 'invalid',
  title: 'There is no frame of this type.',
  inFrames: true,
});
export const frameTooMany = defineError({
  code: 'frame.too-many',
  kind: 'too-many',
  title: 'Too many frames in a short time. This frame was not handled.',
  inFrames: true,
});
export const channelForbidden = defineError({
  code: 'channel.forbidden',
  kind: 'forbidden',
  title: 'There is no such channel, or you may not read it.',
  inFrames: true,
});
export const channelNotFound = defineError({
  code: 'channel.not-found',
  kind: 'not-found',
  title: 'There is no such channel in this workspace, or you may not read it.',
});
export const subscriptionTooMany = defineError({
  code: 'subscription.too-many',
  kind: 'too-many',
  title: 'This connection has reached its limit of subscriptions.',
  inFrames: true,
});
export const connectionTooMany = defineError({
  code: 'connection.too-many',
  kind: 'too-many',
  title: 'This user or this network address has reached its limit of connections.',
  inFrames: true,
});
export const connectionUnavailable = defineError({
  code: 'connection.unavailable',
  kind: 'unavailable',
  title: 'This server accepts no more connections at the moment.',
});
export const originForbidden = defineError({
  code: 'connection.foreign-origin',
  kind: 'forbidden',
  title: 'Pages of this origin may not connect.',
});
export const presenceUnsupported = defineError({
  code: 'presence.unsupported',
  kind: 'unsupported',
  title: 'Channels of this kind have no presence.',
  inFrames: true,
});
export const ticketInvalid = defineError({
  code: 'auth.invalid-ticket',
  kind: 'unauthenticated',
  title: 'This ticket was used already, has expired, or does not exist.',
  inFrames: true,
});
export const otherUser = defineError({
  code: 'auth.other-user',
  kind: 'forbidden',
  title: 'A connection can be refreshed only with a token of the same user.',
  inFrames: true,
});

export const errorPayload = z.object({
  code: z.string().describe('stable, `noun.problem`'),
  message: z.string(),
  temporary: z.boolean().describe('whether a retry may succeed a little later'),
});

type ErrorPayload = z.infer<typeof errorPayload>;

export const TEMPORARY: Readonly<Record<ErrorKind, boolean>> = {
  invalid: false,
  unauthenticated: false,
  forbidden: false,
  'not-found': false,
  conflict: false,
  precondition: false,
  'too-large': false,
  unsupported: false,
  'too-many': true,
  unavailable: true,
};

export const INTERNAL: ErrorPayload = {
  code: 'internal',
  message: 'Something went wrong on our side.',
  temporary: true,
};

/** The public form of an error: the message of an internal fault is not exposed. */
export function errorPayloadOf(error: unknown): ErrorPayload {
  if (!(error instanceof TidingsError)) return INTERNAL;
  return { code: error.code, message: error.message, temporary: TEMPORARY[error.kind] };
}
