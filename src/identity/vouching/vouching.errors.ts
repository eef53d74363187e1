import { defineError } from '../../platform/errors.js';

export const administratorNotVouchedFor = defineError({
  code: 'user.is-administrator',
  kind: 'forbidden',
  title: 'Backends cannot issue tokens for administrators; administrators log in themselves.',
});
