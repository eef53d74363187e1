import { defineError } from '../../platform/errors.js';

export const administratorNotVouchedFor = defineError({
  code: 'user.is-administrator',
  kind: 'forbidden',
  title: 'No token is issued for an administrator: administrators log in themselves.',
});
