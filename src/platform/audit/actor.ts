import type { ClientInfo } from '../http/server/client-info.js';

/** Who does something, and from where. */
export interface Actor extends ClientInfo {
  /** The user; null when nobody is signed in, or the service does it of itself. */
  readonly actorId: string | null;
}

/** For what happens without a request. */
export const SYSTEM: Actor = { actorId: null, ip: null, userAgent: null, requestId: null };
