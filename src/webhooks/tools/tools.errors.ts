import { defineError } from '../../platform/errors.js';

export const sourceEventUnknown = defineError({
  code: 'source.unknown-event',
  kind: 'invalid',
  title: 'There is no example of this event; `detail` has the known ones.',
});
export const sourceUntestable = defineError({
  code: 'source.untestable',
  kind: 'conflict',
  title: 'No delivery can be simulated for this source; `detail` has the reason.',
});
