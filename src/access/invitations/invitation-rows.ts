import type { Database, Transaction } from '../../platform/database/database.js';

export interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly workspaceId: string | null;
  readonly role: string | null;
  readonly invitedBy: string;
  readonly mailed: boolean;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export type NewInvitation = Pick<InvitationRow, 'id' | 'email' | 'name' | 'workspaceId' | 'role' | 'invitedBy'>;

/** An open invitation with what its holder sees. */
export interface HeldInvitation extends InvitationRow {
  readonly workspaceName: string | null;
  readonly inviter: string;
  readonly inviterIsAdmin: boolean;
  readonly hasAccount: boolean;
}

type Queries = Pick<Database | Transaction, 'query'>;

const LIFETIME_DAYS = 7;

const COLUMNS = `invitations.id, invitations.email, invitations.name, workspace_id AS "workspaceId", role,
  invited_by AS "invitedBy", mailed, invitations.created_at AS "createdAt", expires_at AS "expiresAt"`;

/** Replaces an earlier invitation of the same address, so that only one link is valid. */
export async function insertInvitation(tx: Transaction, row: NewInvitation, tokenHash: Buffer): Promise<InvitationRow> {
  const { id, email, name, workspaceId, role, invitedBy } = row;
  await tx.query(
    `DELETE FROM invitations
     WHERE workspace_id IS NOT DISTINCT FROM $1::uuid AND (email = $2 OR expires_at < now())`,
    [workspaceId, email],
  );
  const [inserted] = await tx.query<InvitationRow>(
    `INSERT INTO invitations (id, token_hash, email, name, workspace_id, role, invited_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8)) RETURNING ${COLUMNS}`,
    [id, tokenHash, email, name, workspaceId, role, invitedBy, LIFETIME_DAYS],
  );
  if (inserted === undefined) throw new Error('The invitation was not stored.');
  return inserted;
}

export async function countInvitations(tx: Transaction, workspaceId: string | null): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM invitations WHERE workspace_id IS NOT DISTINCT FROM $1::uuid',
    [workspaceId],
  );
  return row?.count ?? 0;
}

/** Open invitations, oldest first. */
export function listInvitations(
  from: Queries,
  workspaceId: string | null,
  limit: number,
  after: string | undefined,
): Promise<InvitationRow[]> {
  return from.query<InvitationRow>(
    `SELECT ${COLUMNS} FROM invitations
     WHERE workspace_id IS NOT DISTINCT FROM $1::uuid AND expires_at > now() AND ($2::uuid IS NULL OR id > $2)
     ORDER BY id LIMIT $3`,
    [workspaceId, after ?? null, limit],
  );
}

export async function findInvitation(from: Queries, id: string): Promise<InvitationRow | undefined> {
  const [found] = await from.query<InvitationRow>(`SELECT ${COLUMNS} FROM invitations WHERE id = $1`, [id]);
  return found;
}

/** @returns undefined for an unknown and for an expired token, and when the inviter is disabled */
export async function findByToken(from: Queries, tokenHash: Buffer): Promise<HeldInvitation | undefined> {
  const [found] = await from.query<HeldInvitation>(
    `SELECT ${COLUMNS}, workspaces.name AS "workspaceName", inviter.name AS inviter,
       inviter.is_admin AS "inviterIsAdmin", invited.id IS NOT NULL AS "hasAccount"
     FROM invitations
     JOIN users AS inviter ON inviter.id = invited_by AND NOT inviter.disabled
     LEFT JOIN users AS invited ON invited.email = invitations.email
     LEFT JOIN workspaces ON workspaces.id = workspace_id
     WHERE token_hash = $1 AND expires_at > now()`,
    [tokenHash],
  );
  return found;
}

/** @returns whether it was there: of concurrent callers, one gets true */
export async function deleteInvitation(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.query('DELETE FROM invitations WHERE id = $1 RETURNING 1', [id])).length > 0;
}

export async function markMailed(database: Database, id: string): Promise<void> {
  await database.query('UPDATE invitations SET mailed = true WHERE id = $1', [id]);
}
