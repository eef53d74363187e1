import { defineError } from '../errors.js';

export const changeUnconfirmed = defineError({
  code: 'fence.unconfirmed',
  kind: 'unavailable',
  title: 'The change is made, but not every node has confirmed yet that it follows it. Make it again to be sure.',
});
