import type { Status } from '../tidings.js';

/** Whether the server has ended this user's access, so that they may no longer see the loaded data. */
export const isRefused = ({ state, error }: Status): boolean =>
  state === 'stopped' || error?.code === 'auth.token-expired';

/** The data that stays when access ends. */
export interface KeepOption {
  /** Whether to keep the data, marked as `stale`, instead of removing them. */
  readonly keep?: boolean;
}
