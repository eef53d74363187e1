import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { HISTORY_CHANGED_AT } from '../../../platform/history/history-state.js';
import { documentNotFound } from '../document.errors.js';
import { RECOVERY_DAYS } from './document-log.js';

/** How many ids without a change a user keeps in one document: each opening adds one. */
const MAX_UNWRITTEN = 100;

/** A user's claim to ids of Yjs clients in one document. */
export interface ClientClaim {
  readonly documentId: string;
  readonly userId: string;
  readonly clientIds: readonly number[];
  /** The id in the session's own awareness state. */
  readonly ownId: number | undefined;
}

export interface ClaimResult {
  /** The ids that belong to another user. */
  readonly foreign: readonly number[];
  /** Whether the document's history went back recently, so that co-editors may resend the changes of others. */
  readonly isRecovering: boolean;
}

/**
 * Assigns each id of a Yjs client in a document to the first user who shows it or writes under it, permanently. Yjs
 * identifies a change by client id and clock, so a change under a foreign id would replace that user's unsent changes.
 */
@Injectable()
export class DocumentClients {
  constructor(private readonly database: Database) {}

  /**
   * Claims the id before other users see it, so that none of them learns of an id that is still free.
   * @throws `document.not-found`
   */
  async show(claim: ClientClaim): Promise<ClaimResult> {
    const result = await this.claim(claim, false);
    await this.database.query(
      `DELETE FROM document_clients WHERE document_id = $1 AND client_id IN (
         SELECT client_id FROM document_clients WHERE document_id = $1 AND user_id = $2 AND NOT has_written
         ORDER BY claimed_at DESC OFFSET $3)`,
      [claim.documentId, claim.userId, MAX_UNWRITTEN],
    );
    return result;
  }

  /**
   * Claims the ids before a change under them is accepted. During recovery unclaimed ids stay unclaimed: the change may
   * be another user's.
   * @throws `document.not-found`
   */
  async write(claim: ClientClaim): Promise<ClaimResult> {
    return this.claim(claim, true);
  }

  private async claim(claim: ClientClaim, writes: boolean): Promise<ClaimResult> {
    const { documentId, userId, clientIds, ownId = null } = claim;
    const [result] = await this.database.query<{ foreign: string[]; isRecovering: boolean }>(CLAIM, [
      documentId,
      userId,
      clientIds,
      ownId,
      writes,
    ]);
    if (result === undefined) throw documentNotFound();
    return { foreign: result.foreign.map(Number), isRecovering: result.isRecovering };
  }
}

const CLAIM = `
  WITH document AS (
    SELECT id, coalesce(takes_back_until > now(), false)
      OR coalesce(${HISTORY_CHANGED_AT} > now() - interval '${RECOVERY_DAYS} days', false) AS is_recovering
    FROM documents WHERE id = $1),
  claimed AS (
    INSERT INTO document_clients AS known (document_id, client_id, user_id, has_written)
    SELECT DISTINCT document.id, requested.client_id, $2::uuid, $5::boolean
    FROM document, unnest($3::bigint[]) AS requested (client_id)
    WHERE NOT is_recovering OR requested.client_id = $4 OR EXISTS (
      SELECT FROM document_clients AS held WHERE held.document_id = $1 AND held.client_id = requested.client_id)
    ORDER BY 2
    ON CONFLICT (document_id, client_id) DO UPDATE
      SET has_written = known.has_written OR (excluded.has_written AND known.user_id = excluded.user_id)
    RETURNING client_id, user_id)
  SELECT is_recovering AS "isRecovering", ARRAY(SELECT client_id::text FROM claimed WHERE user_id <> $2) AS foreign
  FROM document`;
