import { defineError } from '../../platform/errors/define-error.js';

export const foreignOrigin = defineError({
  code: 'request.foreign-origin',
  kind: 'forbidden',
  title: 'This call is not for pages of other origins.',
});
