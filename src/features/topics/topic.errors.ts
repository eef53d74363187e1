import { defineError } from '../../platform/errors.js';

export const channelUnknown = defineError({
  code: 'publish.unknown-channel',
  kind: 'not-found',
  title: 'This is neither a topic of the workspace nor the channel of one of its members.',
  inFrames: true,
});

export const typeReserved = defineError({
  code: 'publish.reserved-type',
  kind: 'invalid',
  title: 'Only Tidings itself sends events and frames of this type.',
  inFrames: true,
});

export const payloadTooLarge = defineError({
  code: 'publish.payload-too-large',
  kind: 'too-large',
  title: 'The payload of an event is larger than 64 KiB as JSON.',
  inFrames: true,
});

/** Only for frames: a call over HTTP is refused before it is parsed. */
export const payloadExcessive = defineError({
  code: 'publish.excessive-payload',
  kind: 'invalid',
  title: 'The payload of an event is nested too deep, has too many keys or values, or contains U+0000.',
  inFrames: true,
});

export const keyReused = defineError({
  code: 'publish.key-reused',
  kind: 'conflict',
  title: 'You have published another event with this `id` or Idempotency-Key in the last 24 hours.',
  inFrames: true,
});

export const publishOverloaded = defineError({
  code: 'publish.overloaded',
  kind: 'unavailable',
  title: 'Too many events are waiting to be written. Retry with the same `id` or Idempotency-Key.',
  inFrames: true,
});

export const topicNotFound = defineError({
  code: 'topic.not-found',
  kind: 'not-found',
  title: 'There is no such topic in this workspace.',
});
