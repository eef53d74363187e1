import type { Definition } from './definition.js';
import { DELIVERIES } from './deliveries.js';
import { EVENTS } from './events.js';
import { PEOPLE } from './people.js';
import { SENDERS } from './senders.js';
import { SESSION } from './session.js';

/** All commands, in the order of the help. */
export const DEFINITIONS: readonly Definition[] = [...SESSION, ...SENDERS, ...DELIVERIES, ...EVENTS, ...PEOPLE];
