import { defineEvent } from '../../platform/events/define-event.js';
import { statusSchema } from './status.schemas.js';

/** The status became active. Both events are published on the user's private channel only. */
export const statusUpdated = defineEvent('user:status_updated', statusSchema);
/** The timer was set or cancelled. */
export const statusSet = defineEvent('user:status_set', statusSchema);
