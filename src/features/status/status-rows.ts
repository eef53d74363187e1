import type { Status } from './status.schemas.js';

/** A row as returned by the database driver. */
export type StatusRow = Pick<Status, 'status' | 'goal'> & { readonly activateAt: Date | null };

export const STATUS_COLUMNS = 'status, activate_at AS "activateAt", goal';

export function statusOf({ status, activateAt, goal }: StatusRow): Status {
  return { status, activateAt: activateAt?.toISOString() ?? null, goal };
}
