import { Injectable } from '@nestjs/common';
import { INSTALLATION } from '../../platform/audit/audit-chain.js';
import { readChanges, type AuditedChange } from '../../platform/audit/read-rows.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { stateAfter, undoChange, type PastRights } from '../permissions/past-rights.js';
import { holds } from './scoped-permissions.js';
import { effectivePermissions } from '../permissions/effective-permissions.js';
import { isBuiltIn } from './workspace-role.js';

export interface PermissionQuery {
  readonly userId: string;
  readonly workspaceId: string;
  /** With its scope, if it has one. */
  readonly permission: string;
  readonly at: Date;
}

/** Whether a user had a permission at a time. */
export interface PastPermission {
  readonly held: boolean;
  /** When the user lost it; undefined if they had it, or if no change before took it away. */
  readonly lostAt: Date | undefined;
}

const MEMBER_ACTIONS = ['member.added', 'member.changed', 'member.removed'];
const ROLE_ACTIONS = ['role.created', 'role.changed', 'role.deleted'];
const USER_ACTIONS = ['user.changed', 'user.deleted'];
/** A user or a workspace with more changes since the time in question has no known past. */
const MAX_CHANGES = 2_000;

/** The permissions that users had. Takes the changes in the audit log back, from the newest one on. */
@Injectable()
export class PermissionHistory {
  constructor(private readonly database: Database) {}

  /** @returns undefined when there were too many changes since then */
  async at({ userId, workspaceId, permission, at }: PermissionQuery): Promise<PastPermission | undefined> {
    const { rights, changes } = await this.database.snapshot(async (tx) => {
      const changes = await changesOf(tx, userId, workspaceId);
      return { changes, rights: await presentRights(tx, { userId, workspaceId, changes }) };
    });
    const isHeld = () => hasPermission(rights, permission);
    const later = changes.filter((change) => change.at > at);
    if (later.length >= MAX_CHANGES) return undefined;
    for (const change of later) undoChange(rights, change);
    if (isHeld()) return { held: true, lostAt: undefined };
    for (const change of changes.slice(later.length)) {
      undoChange(rights, change);
      if (isHeld()) return { held: false, lostAt: change.at };
    }
    return { held: false, lostAt: undefined };
  }
}

interface Known {
  readonly userId: string;
  readonly workspaceId: string;
  readonly changes: readonly AuditedChange[];
}

async function presentRights(tx: Transaction, { userId, workspaceId, changes }: Known): Promise<PastRights> {
  const [member] = await tx.query<NonNullable<PastRights['member']>>(
    'SELECT role, granted, denied FROM members WHERE workspace_id = $1 AND user_id = $2',
    [workspaceId, userId],
  );
  const [user] = await tx.query<{ disabled: boolean }>('SELECT disabled FROM users WHERE id = $1', [userId]);
  const roles = await tx.query<{ name: string; permissions: string[] }>(
    'SELECT name, permissions FROM workspace_roles WHERE workspace_id = $1',
    [workspaceId],
  );
  return {
    // The memberships of a user who is deleted end without an entry of their own.
    member: user === undefined ? stateAfter(changes) : member,
    isActive: user !== undefined && !user.disabled,
    roles: new Map(roles.map(({ name, permissions }) => [name, permissions])),
  };
}

/** Changes that can have given or taken permissions of the user in the workspace, the newest first. */
async function changesOf(tx: Transaction, userId: string, workspaceId: string): Promise<AuditedChange[]> {
  const limit = MAX_CHANGES;
  const found = [
    ...(await readChanges(tx, workspaceId, { actions: MEMBER_ACTIONS, target: userId, limit })),
    ...(await readChanges(tx, workspaceId, { actions: ROLE_ACTIONS, limit })),
    ...(await readChanges(tx, INSTALLATION, { actions: USER_ACTIONS, target: userId, limit })),
  ];
  return found.toSorted((one, other) => other.at.getTime() - one.at.getTime());
}

function hasPermission({ member, isActive, roles }: PastRights, permission: string): boolean {
  if (member === undefined || !isActive) return false;
  const rolePermissions = isBuiltIn(member.role) ? null : (roles.get(member.role) ?? []);
  return holds(new Set(effectivePermissions({ ...member, rolePermissions })), permission);
}
