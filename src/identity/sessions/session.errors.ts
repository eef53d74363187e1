import { defineError } from '../../platform/errors.js';

export const foreignOrigin = defineError({
  code: 'request.foreign-origin',
  kind: 'forbidden',
  title: 'This call does not accept requests from other origins.',
});

export const noSession = defineError({
  code: 'auth.no-session',
  kind: 'conflict',
  title: 'This token belongs to no session of Tidings; log out at its issuer, or log out everywhere.',
});

export const sessionNotFound = defineError({
  code: 'session.not-found',
  kind: 'not-found',
  title: 'The user has no such session.',
});
