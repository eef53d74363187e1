import type { Access } from '../../access/public/access.js';
import type { Transaction } from '../../platform/database/database.js';
import { assigneeUnknown } from './task.errors.js';

/** @throws `task.unknown-assignee` */
export async function checkAssignee(
  tx: Transaction,
  access: Access,
  workspaceId: string,
  assigneeId: string | null,
): Promise<void> {
  if (assigneeId !== null && !(await access.lockMember(tx, workspaceId, assigneeId))) throw assigneeUnknown();
}
