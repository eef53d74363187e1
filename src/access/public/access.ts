import { channelOwners, type ChannelOwner } from './channel-owners.js';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../identity/public/principal.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { permissionsOf, type Rights } from '../permissions/effective-permissions.js';
import { isId } from '../is-id.js';
import { lockMemberships } from '../members/lock-memberships.js';
import { Memberships, type Membership } from '../members/memberships.js';
import { parseChannel } from '../channels/parse-channel.js';
import { workspacesOfChannels } from '../channels/workspaces-of-channels.js';
import { permissionDenied, workspaceNotFound } from './access.errors.js';
import { holds } from './scoped-permissions.js';
import type { WorkspaceRole } from './workspace-role.js';

/** A workspace as shown to one of its members. */
export interface OwnWorkspace {
  readonly id: string;
  readonly name: string;
  readonly role: WorkspaceRole;
  /** The effective permissions, sorted. */
  readonly permissions: readonly string[];
}

/** The events of a channel that a user may read. */
export interface ReadableChannel {
  /** Whether the user may see the restricted fields of its events too. */
  readonly seesRestricted: boolean;
}

/** A caller in one workspace. */
export interface LockQuery {
  readonly principal: Pick<Principal, 'userId' | 'scopes'>;
  readonly workspaceId: string;
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

  /** As `require`, for what an answer shows. @returns false also for non-members */
  async allows(principal: Principal, workspaceId: string, permission: string): Promise<boolean> {
    const membership = await this.membershipIn(principal.userId, workspaceId);
    return membership !== undefined && holds(new Set(permissionsOf(principal, membership)), permission);
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

  /**
   * Reads and locks many memberships: a change of one of these members, of their users or of their custom roles waits
   * until the transaction ends. Call it once per transaction, before any other lock.
   * @returns the permissions, in the order of the queries; undefined for a user who is disabled or not a member
   */
  async lockPermissions(
    tx: Transaction,
    queries: readonly LockQuery[],
  ): Promise<Array<ReadonlySet<string> | undefined>> {
    const pairs = queries.map(({ principal: { userId }, workspaceId }) => ({ userId, workspaceId }));
    const rights = await lockMemberships(tx, pairs);
    const known = new Map<Rights, Map<string, ReadonlySet<string>>>();
    return queries.map(({ principal }, i) => {
      const found = rights[i];
      if (found === undefined) return undefined;
      // Most queries of a transaction are those of few callers.
      const scopes = principal.scopes === undefined ? '' : `:${[...principal.scopes].join(' ')}`;
      const byScopes = known.get(found) ?? new Map<string, ReadonlySet<string>>();
      const permissions = byScopes.get(scopes) ?? new Set(permissionsOf(principal, found));
      known.set(found, byScopes.set(scopes, permissions));
      return permissions;
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

  /** The channels that the user may read, by name, without malformed and unknown ones. Reads them in bulk. */
  async readableChannels(
    principal: Principal,
    channels: readonly string[],
  ): Promise<ReadonlyMap<string, ReadableChannel>> {
    const { userId } = principal;
    const parsed = channels.map(parseChannel).filter((channel) => channel !== undefined);
    if (parsed.length === 0 || !isId(userId)) return new Map();
    const workspaces = await workspacesOfChannels(this.database, parsed);
    const memberships = await this.memberships.of(userId, [...new Set(workspaces.values())].filter(isId));
    if (memberships === undefined) return new Map();
    const has = permissionCheckIn(principal, memberships);
    return new Map(
      parsed
        .filter(({ name, id, permission }) =>
          permission === undefined ? id === userId : has(workspaces.get(name), permission),
        )
        .map(({ name, restrictedPermission }) => [
          name,
          { seesRestricted: has(workspaces.get(name), restrictedPermission) },
        ]),
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
  if (!holds(new Set(permissions), permission)) throw permissionDenied(`This call requires ${permission}.`);
  return permissions;
}

function showWorkspace(principal: Principal, membership: Membership): OwnWorkspace {
  const { workspaceId, workspaceName, role } = membership;
  return { id: workspaceId, name: workspaceName, role, permissions: permissionsOf(principal, membership) };
}

/** Computes the effective permissions once per workspace, not once per channel. */
function permissionCheckIn(principal: Principal, memberships: ReadonlyMap<string, Membership>) {
  const permissions = new Map(
    [...memberships].map(([workspaceId, membership]) => [workspaceId, new Set(permissionsOf(principal, membership))]),
  );
  return (workspaceId: string | undefined, permission: string | undefined): boolean => {
    const held = workspaceId === undefined ? undefined : permissions.get(workspaceId);
    return held !== undefined && permission !== undefined && holds(held, permission);
  };
}
