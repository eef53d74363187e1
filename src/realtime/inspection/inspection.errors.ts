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

export const traceTooMany = defineError({
  code: 'trace.too-many',
  kind: 'too-many',
  title: 'This connection is traced already, or its process traces as many connections as it may.',
});
