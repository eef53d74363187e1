import { Injectable } from '@nestjs/common';
import { isBadValue, Database, type Transaction } from '../../platform/database/database.js';
import { Batcher } from '../../platform/concurrency/batcher.js';
import type { Rights } from '../permissions/effective-permissions.js';

interface MembershipRow extends Rights {
  /** The index of the query. */
  readonly n: number;
  readonly workspace_id: string | null;
  readonly name: string;
}

/** The role and the rights of a user in one workspace. */
export interface Membership extends Rights {
  readonly workspaceId: string;
  readonly workspaceName: string;
}

/** The memberships of one user, in the named workspaces or in all. */
interface MembershipQuery {
  readonly userId: string;
  readonly workspaces: readonly string[] | undefined;
}

type Found = ReadonlyMap<string, Membership> | undefined;

/** Reads the memberships of users without a cache, because a cached right would outlive its revocation. */
@Injectable()
export class Memberships {
  private readonly queries = new Batcher((queries: readonly MembershipQuery[]) => this.find(queries), isBadValue);

  constructor(private readonly database: Database) {}

  /**
   * Reads and locks one membership: a change of the member or of the user waits until the transaction ends.
   * @returns undefined when the user is not a member, or is disabled
   */
  async lock(tx: Transaction, userId: string, workspaceId: string): Promise<Rights | undefined> {
    const [rights] = await tx.query<Rights>(
      `SELECT members.role, members.granted, members.denied, workspace_roles.permissions AS "rolePermissions"
       FROM users JOIN members ON members.user_id = users.id
       LEFT JOIN workspace_roles
         ON workspace_roles.workspace_id = members.workspace_id AND workspace_roles.name = members.role
       WHERE users.id = $1 AND NOT users.disabled AND members.workspace_id = $2
       FOR SHARE OF users, members`,
      [userId, workspaceId],
    );
    return rights;
  }

  /**
   * One database query for all workspaces and for all concurrent callers.
   * @param workspaces ids; all of the user's when left out
   * @returns undefined when the user is disabled or gone
   */
  of(userId: string, workspaces?: readonly string[]): Promise<Found> {
    return this.queries.get({ userId, workspaces });
  }

  /** Joins the users, because disabled users have no rights. */
  private async find(queries: readonly MembershipQuery[]): Promise<Found[]> {
    const tuples = queries.flatMap(({ userId, workspaces }, n) =>
      // A query without workspaces still has to find out whether the user exists.
      (workspaces === undefined || workspaces.length === 0 ? [null] : workspaces).map((workspaceId) => {
        return { n, userId, workspaceId, whole: workspaces === undefined };
      }),
    );
    const rows = await this.database.query<MembershipRow>(
      `SELECT asked.n, workspaces.id AS workspace_id, workspaces.name, members.role, members.granted, members.denied,
         workspace_roles.permissions AS "rolePermissions"
       FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bool[]) AS asked (n, user_id, workspace_id, whole)
       JOIN users ON users.id = asked.user_id AND NOT users.disabled
       LEFT JOIN members
         ON members.user_id = users.id AND (asked.whole OR members.workspace_id = asked.workspace_id)
       LEFT JOIN workspaces ON workspaces.id = members.workspace_id
       LEFT JOIN workspace_roles
         ON workspace_roles.workspace_id = members.workspace_id AND workspace_roles.name = members.role
       ORDER BY workspaces.id`,
      [
        tuples.map(({ n }) => n),
        tuples.map(({ userId }) => userId),
        tuples.map(({ workspaceId }) => workspaceId),
        tuples.map(({ whole }) => whole),
      ],
    );
    return groupByQuery(queries.length, rows);
  }
}

function groupByQuery(count: number, rows: readonly MembershipRow[]): Found[] {
  const found = Array.from<Map<string, Membership> | undefined>({ length: count });
  for (const { n, workspace_id: workspaceId, name, ...rights } of rows) {
    const memberships = (found[n] ??= new Map());
    if (workspaceId !== null) memberships.set(workspaceId, { workspaceId, workspaceName: name, ...rights });
  }
  return found;
}
