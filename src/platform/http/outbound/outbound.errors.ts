import { defineError } from '../../errors.js';

export const addressRefused = defineError({
  code: 'address.refused',
  kind: 'invalid',
  title: 'This address may not be called: it has to be https, without credentials, and on the public internet.',
});

export const addressUnresolved = defineError({
  code: 'address.unresolved',
  kind: 'unavailable',
  title: 'The name in this address can not be looked up at the moment.',
});
