import { defineError } from '../errors.js';

export const changeUnconfirmed = defineError({
  code: 'fence.unconfirmed',
  kind: 'unavailable',
  title: 'The change is saved, but not every node has confirmed it yet. Repeat it to be sure.',
});
