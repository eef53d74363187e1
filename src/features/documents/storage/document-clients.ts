import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { HISTORY_CHANGED_AT } from '../../../platform/history/history-state.js';
import { documentNotFound } from '../document.errors.js';
import { TAKES_BACK_DAYS } from './document-log.js';

/** How many ids that have written nothing a user keeps in one document: each time it is opened, there is one more. */
const MAX_WITHOUT_WORDS = 100;

/** What a user asks for: ids of Yjs clients in one document. */
export interface ClientClaim {
  readonly documentId: string;
  readonly userId: string;
  readonly clientIds: readonly number[];
  /** The id that the session shows as its own. */
  readonly ownId: number | undefined;
}

export interface ClaimAnswer {
  /** Those of the ids that belong to another user. */
  readonly foreign: readonly number[];
  /** The document's history went back lately: co-editors may bring back what others wrote. */
  readonly takesBack: boolean;
}

/**
 * To which user each id of a Yjs client in a document belongs: to the first one that shows it or writes under it, for good.
 * Yjs knows a change by its client's id and a number, so a change under another user's id would take the place of what
 * that user has typed and not sent yet.
 */
@Injectable()
export class DocumentClients {
  constructor(private readonly database: Database) {}

  /**
   * Before a client is shown to others, so that nobody can learn of an id that is still free.
   * @throws `document.not-found`
   */
  async show(claim: ClientClaim): Promise<ClaimAnswer> {
    const answer = await this.claim(claim, false);
    await this.database.query(
      `DELETE FROM document_clients WHERE document_id = $1 AND client_id IN (
         SELECT client_id FROM document_clients WHERE document_id = $1 AND user_id = $2 AND NOT has_written
         ORDER BY claimed_at DESC OFFSET $3)`,
      [claim.documentId, claim.userId, MAX_WITHOUT_WORDS],
    );
    return answer;
  }

  /**
   * Before a change under these ids is taken. Ids that nobody has aren't given to co-editors that bring back what others
   * wrote.
   * @throws `document.not-found`
   */
  async write(claim: ClientClaim): Promise<ClaimAnswer> {
    return this.claim(claim, true);
  }

  private async claim(claim: ClientClaim, writes: boolean): Promise<ClaimAnswer> {
    const { documentId, userId, clientIds, ownId = null } = claim;
    const [answer] = await this.database.query<{ foreign: string[]; takesBack: boolean }>(CLAIM, [
      documentId,
      userId,
      clientIds,
      ownId,
      writes,
    ]);
    if (answer === undefined) throw documentNotFound();
    return { foreign: answer.foreign.map(Number), takesBack: answer.takesBack };
  }
}

const CLAIM = `
  WITH document AS (
    SELECT id, coalesce(takes_back_until > now(), false)
      OR coalesce(${HISTORY_CHANGED_AT} > now() - interval '${TAKES_BACK_DAYS} days', false) AS takes_back
    FROM documents WHERE id = $1),
  claimed AS (
    INSERT INTO document_clients AS known (document_id, client_id, user_id, has_written)
    SELECT DISTINCT document.id, asked.client_id, $2::uuid, $5::boolean
    FROM document, unnest($3::bigint[]) AS asked (client_id)
    WHERE NOT takes_back OR asked.client_id = $4 OR EXISTS (
      SELECT FROM document_clients AS held WHERE held.document_id = $1 AND held.client_id = asked.client_id)
    ORDER BY 2
    ON CONFLICT (document_id, client_id) DO UPDATE
      SET has_written = known.has_written OR (excluded.has_written AND known.user_id = excluded.user_id)
    RETURNING client_id, user_id)
  SELECT takes_back AS "takesBack", ARRAY(SELECT client_id::text FROM claimed WHERE user_id <> $2) AS foreign
  FROM document`;
