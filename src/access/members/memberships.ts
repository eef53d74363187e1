import { Injectable } from '@nestjs/common';
import { isBadValue, Database, type Transaction } from '../../platform/database/database.js';
import { Batcher } from '../../platform/concurrency/batcher.js';
import type { Rights } from '../permissions/effective-permissions.js';

interface MembershipRow extends Rights {
  /** Which question it answers. */
  readonly n: number;
  readonly workspace_id: string | null;
  readonly name: string;
}

/** What a user is in one workspace. */
export interface Membership extends Rights {
  readonly workspaceId: string;
  readonly workspaceName: string;
}

/** About one user: of the workspaces named, or of all. */
interface Question {
  readonly userId: string;
  readonly workspaces: readonly string[] | undefined;
}

type Found = ReadonlyMap<string, Membership> | undefined;

/** What users are in which workspaces, always as committed: a right that was cached would outlive its revocation. */
@Injectable()
export class Memberships {
  private readonly questions = new Batcher((asked: readonly Question[]) => this.find(asked), isBadValue);

  constructor(private readonly database: Database) {}

  /**
   * What this user is in this workspace, and stays until the transaction ends: a change of the member, or of the user,
   * waits for it.
   * @returns undefined when the user is no member, or is disabled
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
   * One query, however many workspaces, and however many others ask at the same time.
   * @param workspaces ids; all of the user's when left out
   * @returns undefined when the user is disabled or gone
   */
  of(userId: string, workspaces?: readonly string[]): Promise<Found> {
    return this.questions.get({ userId, workspaces });
  }

  /** Disabled users have no rights, whichever way somebody asks: hence the users. */
  private async find(asked: readonly Question[]): Promise<Found[]> {
    const lines = asked.flatMap(({ userId, workspaces }, n) =>
      // Also who asks about no workspace is told whether the user is there.
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
        lines.map(({ n }) => n),
        lines.map(({ userId }) => userId),
        lines.map(({ workspaceId }) => workspaceId),
        lines.map(({ whole }) => whole),
      ],
    );
    return answers(asked.length, rows);
  }
}

function answers(count: number, rows: readonly MembershipRow[]): Found[] {
  const found = Array.from<Map<string, Membership> | undefined>({ length: count });
  for (const { n, workspace_id: workspaceId, name, ...rights } of rows) {
    const memberships = (found[n] ??= new Map());
    if (workspaceId !== null) memberships.set(workspaceId, { workspaceId, workspaceName: name, ...rights });
  }
  return found;
}
