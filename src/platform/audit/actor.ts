import type { ClientInfo } from '../http/server/client-info.js';

/** The actor of a change, and their client. */
export interface Actor extends ClientInfo {
  /** The user; null without an authenticated user, or for actions of the service itself. */
  readonly actorId: string | null;
}

/** For actions without a request. */
export const SYSTEM: Actor = { actorId: null, ip: null, userAgent: null, requestId: null };
