import type { Status } from './status.schemas.js';

/** As the driver gives it. */
export type StatusRow = Pick<Status, 'status' | 'goal'> & { readonly activateAt: Date | null };

export const STATUS_COLUMNS = 'status, activate_at AS "activateAt", goal';

export function statusOf({ status, activateAt, goal }: StatusRow): Status {
  return { status, activateAt: activateAt?.toISOString() ?? null, goal };
}
