import { defineError } from '../../errors.js';

export const addressRefused = defineError({
  code: 'address.refused',
  kind: 'invalid',
  title: 'This URL is not allowed: it must be https, without credentials, and on the public internet.',
});

export const addressUnresolved = defineError({
  code: 'address.unresolved',
  kind: 'unavailable',
  title: 'The host name in this URL cannot be resolved at the moment.',
});
