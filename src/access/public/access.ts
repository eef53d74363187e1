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

/** A workspace as one of its members sees it. */
export interface OwnWorkspace {
  readonly id: string;
  readonly name: string;
  readonly role: WorkspaceRole;
  /** The effective ones, sorted. */
  readonly permissions: readonly string[];
}

/**
 * Who may do what. Every answer is read from the database at the moment of the question, and is about the credential: an
 * API key has of its user's permissions only those in its scopes.
 */
@Injectable()
export class Access {
  constructor(
    private readonly memberships: Memberships,
    private readonly database: Database,
  ) {}

  /** @returns undefined when the user isn't a member, or is disabled, or there is no such workspace */
  async permissionsIn(principal: Principal, workspaceId: string): Promise<ReadonlySet<string> | undefined> {
    const membership = await this.membershipIn(principal.userId, workspaceId);
    return membership && new Set(permissionsOf(principal, membership));
  }

  /** The workspaces that the user is a member of, the oldest first. */
  async workspacesOf(principal: Principal): Promise<OwnWorkspace[]> {
    const memberships = isId(principal.userId) ? await this.memberships.of(principal.userId) : undefined;
    return [...(memberships?.values() ?? [])].map((membership) => showWorkspace(principal, membership));
  }

  /** @throws `workspace.not-found` to those who aren't members */
  async workspaceOf(principal: Principal, workspaceId: string): Promise<OwnWorkspace> {
    const membership = await this.membershipIn(principal.userId, workspaceId);
    if (membership === undefined) throw workspaceNotFound();
    return showWorkspace(principal, membership);
  }

  /** @throws `workspace.not-found` to those who aren't members, `permission.denied` to members without the permission */
  async require(principal: Principal, workspaceId: string, permission: string): Promise<void> {
    checkPermission(principal, await this.membershipIn(principal.userId, workspaceId), permission);
  }

  /**
   * A transaction of somebody who has the permission, and has it until the transaction ends: whoever takes it from this
   * member, or disables the user, is answered after that. What a role of the workspace's own is worth may change meanwhile.
   * @param work gets all permissions that the caller has in the workspace
   * @throws what `require` throws
   */
  async transaction<Result>(
    principal: Principal,
    workspaceId: string,
    permission: string,
    work: (tx: Transaction, permissions: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    return this.database.transaction(async (tx) => {
      const { userId } = principal;
      const isNamed = isId(userId) && isId(workspaceId);
      const rights = isNamed ? await this.memberships.lock(tx, userId, workspaceId) : undefined;
      return work(tx, checkPermission(principal, rights, permission));
    });
  }

  /** Whether this user is a member, who can't be removed until the transaction ends. */
  async lockMember(tx: Transaction, workspaceId: string, userId: string): Promise<boolean> {
    const held = await tx.query('SELECT FROM members WHERE workspace_id = $1 AND user_id = $2 FOR KEY SHARE', [
      workspaceId,
      userId,
    ]);
    return held.length > 0;
  }

  /** Whether the user is a member and not disabled, until the transaction ends. */
  async lockActiveMember(tx: Transaction, workspaceId: string, userId: string): Promise<boolean> {
    return (await this.memberships.lock(tx, userId, workspaceId)) !== undefined;
  }

  /** Those of `channels` that the user may read; one that is malformed or unknown isn't among them. Asks in bulk. */
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
  if (!permissions.includes(permission)) throw permissionDenied(`This takes ${permission}.`);
  return permissions;
}

function showWorkspace(principal: Principal, membership: Membership): OwnWorkspace {
  const { workspaceId, workspaceName, role } = membership;
  return { id: workspaceId, name: workspaceName, role, permissions: permissionsOf(principal, membership) };
}

/** Computes the effective permissions of each workspace once, however many of its channels were asked for. */
function readableIn(principal: Principal, memberships: ReadonlyMap<string, Membership>) {
  const permissions = new Map(
    [...memberships].map(([workspaceId, membership]) => [workspaceId, new Set(permissionsOf(principal, membership))]),
  );
  return (workspaceId: string | undefined, permission: string): boolean =>
    workspaceId !== undefined && permissions.get(workspaceId)?.has(permission) === true;
}
