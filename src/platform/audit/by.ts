import type { Origin } from '../http/server/origin.js';

/** Who does something, and from where. */
export interface By extends Origin {
  /** The user; null when nobody is signed in, or the service does it of itself. */
  readonly actorId: string | null;
}

/** For what happens without a request. */
export const THE_SERVICE: By = { actorId: null, ip: null, userAgent: null, requestId: null };
