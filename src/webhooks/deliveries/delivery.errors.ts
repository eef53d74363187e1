import { defineError } from '../../platform/errors.js';

export const deliveryNotFound = defineError({
  code: 'delivery.not-found',
  kind: 'not-found',
  title: 'There is no such delivery in this workspace.',
});

export const replayNotFound = defineError({
  code: 'delivery.replay-not-found',
  kind: 'not-found',
  title: 'There is no such replay in this workspace.',
});

export const tooManyReplays = defineError({
  code: 'delivery.too-many-replays',
  kind: 'conflict',
  title: 'Ten replays of this workspace are running: wait for one of them, or cancel it.',
});
