import { channelOwners, type ChannelOwner } from './channel-owners.js';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../identity/public/principal.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { permissionsOf, type Rights } from '../permissions/effective-permissions.js';
import { isId } from '../is-id.js';
import { Memberships, type Membership } from '../members/memberships.js';
import { parseChannel } from '../channels/parse-channel.js';
import { workspacesOfChannels } from '../channels/workspaces-of-channels.js';
import { permissionDenied, workspaceNotFound } from './access.errors.js';
import type { WorkspaceRole } from './workspace-role.js';

/** A workspace as shown to one of its members. */
export interface OwnWorkspace {
  readonly id: string;
  readonly name: string;
  readonly role: WorkspaceRole;
  /** The effective permissions, sorted. */
  readonly permissions: readonly string[];
}

/**
 * Checks permissions. Reads the database on every check, and limits an API key to those of its user's permissions that
 * its scopes name.
 */
@Injectable()
export class Access {
  constructor(
    private readonly memberships: Memberships,
    private readonly database: Database,
  ) {}

  /** @returns undefined for a channel that belongs to no workspace */
  async channelOwner(channel: string): Promise<ChannelOwner | undefined> {
    return (await channelOwners(this.database, [channel])).get(channel);
  }

  /** @returns undefined when the user isn't a member or is disabled, or when there is no such workspace */
  async permissionsIn(principal: Principal, workspaceId: string): Promise<ReadonlySet<string> | undefined> {
    const membership = await this.membershipIn(principal.userId, workspaceId);
    return membership && new Set(permissionsOf(principal, membership));
  }

  /** The workspaces that the user is a member of, the oldest first. */
  async workspacesOf(principal: Principal): Promise<OwnWorkspace[]> {
    const memberships = isId(principal.userId) ? await this.memberships.of(principal.userId) : undefined;
    return [...(memberships?.values() ?? [])].map((membership) => showWorkspace(principal, membership));
  }

  /** @throws `workspace.not-found` for non-members */
  async workspaceOf(principal: Principal, workspaceId: string): Promise<OwnWorkspace> {
    const membership = await this.membershipIn(principal.userId, workspaceId);
    if (membership === undefined) throw workspaceNotFound();
    return showWorkspace(principal, membership);
  }

  /** @throws `workspace.not-found` for non-members, `permission.denied` for members without the permission */
  async require(principal: Principal, workspaceId: string, permission: string): Promise<void> {
    checkPermission(principal, await this.membershipIn(principal.userId, workspaceId), permission);
  }

  /**
   * Runs a transaction under a lock of the caller's membership, so that revoking the permission or disabling the user
   * waits until it ends. The permissions of a custom role may change meanwhile.
   * @param work gets all permissions of the caller in the workspace
   * @throws the errors of `require`
   */
  async transaction<Result>(
    principal: Principal,
    workspaceId: string,
    permission: string,
    work: (tx: Transaction, permissions: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    return this.database.transaction(async (tx) => {
      const { userId } = principal;
      const areIds = isId(userId) && isId(workspaceId);
      const rights = areIds ? await this.memberships.lock(tx, userId, workspaceId) : undefined;
      return work(tx, checkPermission(principal, rights, permission));
    });
  }

  /** Locks a member against removal until the transaction ends. @returns false when the user is not a member */
  async lockMember(tx: Transaction, workspaceId: string, userId: string): Promise<boolean> {
    const rows = await tx.query('SELECT FROM members WHERE workspace_id = $1 AND user_id = $2 FOR KEY SHARE', [
      workspaceId,
      userId,
    ]);
    return rows.length > 0;
  }

  /** As `lockMember`, also against disabling the user. @returns false when the user is disabled or not a member */
  async lockActiveMember(tx: Transaction, workspaceId: string, userId: string): Promise<boolean> {
    return (await this.memberships.lock(tx, userId, workspaceId)) !== undefined;
  }

  /** The channels that the user may read, without malformed and unknown ones. Reads them in bulk. */
  async readableChannels(principal: Principal, channels: readonly string[]): Promise<ReadonlySet<string>> {
    const { userId } = principal;
    const parsed = channels.map(parseChannel).filter((channel) => channel !== undefined);
    if (parsed.length === 0 || !isId(userId)) return new Set();
    const workspaces = await workspacesOfChannels(this.database, parsed);
    const memberships = await this.memberships.of(userId, [...new Set(workspaces.values())].filter(isId));
    if (memberships === undefined) return new Set();
    const readable = readableIn(principal, memberships);
    return new Set(
      parsed
        .filter(({ name, id, kind }) =>
          kind.owner === 'user' ? id === userId : readable(workspaces.get(name), kind.permission),
        )
        .map(({ name }) => name),
    );
  }

  private async membershipIn(userId: string, workspaceId: string): Promise<Membership | undefined> {
    if (!isId(userId) || !isId(workspaceId)) return undefined;
    return (await this.memberships.of(userId, [workspaceId]))?.get(workspaceId);
  }
}

function checkPermission(principal: Principal, rights: Rights | undefined, permission: string): readonly string[] {
  if (rights === undefined) throw workspaceNotFound();
  const permissions = permissionsOf(principal, rights);
  if (!permissions.includes(permission)) throw permissionDenied(`This call requires ${permission}.`);
  return permissions;
}

function showWorkspace(principal: Principal, membership: Membership): OwnWorkspace {
  const { workspaceId, workspaceName, role } = membership;
  return { id: workspaceId, name: workspaceName, role, permissions: permissionsOf(principal, membership) };
}

/** Computes the effective permissions once per workspace, not once per channel. */
function readableIn(principal: Principal, memberships: ReadonlyMap<string, Membership>) {
  const permissions = new Map(
    [...memberships].map(([workspaceId, membership]) => [workspaceId, new Set(permissionsOf(principal, membership))]),
  );
  return (workspaceId: string | undefined, permission: string): boolean =>
    workspaceId !== undefined && permissions.get(workspaceId)?.has(permission) === true;
}
