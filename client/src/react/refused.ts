import type { Status } from '../tidings.js';

/** Whether the server has ended this user's access: what was loaded before may not be theirs to see any more. */
export const isRefused = ({ state, error }: Status): boolean =>
  state === 'stopped' || error?.code === 'auth.token-expired';

/** What to do with what is shown when access ends. */
export interface KeepOption {
  /** Whether to go on showing it, marked as `stale`; it is emptied unless this is true. */
  readonly keep?: boolean;
}
