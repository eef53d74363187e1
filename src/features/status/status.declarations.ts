import { defineEvent } from '../../platform/events/define-event.js';
import { statusSchema } from './status.schemas.js';

/** The timer was due. Both are said to the user alone. */
export const statusUpdated = defineEvent('user:status_updated', statusSchema);
/** Somebody has set the timer, or cancelled it. */
export const statusSet = defineEvent('user:status_set', statusSchema);
