import { defineError } from '../../platform/errors.js';

export const connectionNotFound = defineError({
  code: 'connection.not-found',
  kind: 'not-found',
  title: 'No process that answered has this connection.',
});

export const connectionUnconfirmed = defineError({
  code: 'connection.unconfirmed',
  kind: 'unavailable',
  title: 'The process of this connection did not confirm in time that it is closed.',
});
