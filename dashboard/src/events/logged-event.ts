import type { Schemas } from '../api/api.js';

/** An event of any channel. The payload of an application's own event is any JSON. */
export type LoggedEvent = Schemas['Event'];
