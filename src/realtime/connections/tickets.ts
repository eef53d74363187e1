import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { Authenticate } from '../../identity/public/authenticate.js';
import type { Principal } from '../../identity/public/principal.js';
import { Database } from '../../platform/database/database.js';
import { ticketInvalid } from '../protocol/realtime.errors.js';

export const TICKET_SECONDS = 30;

interface TicketRow {
  readonly user_id: string;
  readonly token_expires_at: Date;
  readonly session_id: string | null;
  readonly key_id: string | null;
  readonly issued_at: Date;
  readonly valid: boolean;
}

/** How long a stream can resume with its resume key, unless the credential behind it ends before. */
const RESUME_DAYS = 30;

/** A stream's caller, and the secret with which the stream reconnects once its ticket is used. */
export interface StreamCaller {
  readonly principal: Principal;
  readonly resumeKey?: string;
}

/** Tickets replace tokens in URLs, which end up in logs: a ticket is valid once and for TICKET_SECONDS. */
@Injectable()
export class Tickets {
  constructor(
    private readonly database: Database,
    private readonly authenticate: Authenticate,
  ) {}

  /** The connection that it opens ends with the caller's credential, session or key. Only a hash is stored. */
  async issue({ userId, expiresAt, sessionId, keyId }: Principal): Promise<string> {
    const ticket = randomBytes(32).toString('base64url');
    await this.database.query(
      `WITH forgotten AS (DELETE FROM realtime_tickets WHERE expires_at < now())
       INSERT INTO realtime_tickets (hash, user_id, token_expires_at, session_id, key_id, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`,
      [hashOf(ticket), userId, new Date(expiresAt), sessionId ?? null, keyId ?? null, TICKET_SECONDS],
    );
    return ticket;
  }

  /**
   * @throws `auth.invalid-ticket`, `auth.invalid-token` for a deleted user, `auth.session-ended`, `auth.user-disabled`
   */
  async redeem(ticket: string): Promise<Principal> {
    const [row] = await this.database.query<TicketRow>(
      `DELETE FROM realtime_tickets WHERE hash = $1
       RETURNING user_id, token_expires_at, session_id, key_id, expires_at > now() AS valid,
         expires_at - make_interval(secs => $2) AS issued_at`,
      [hashOf(ticket), TICKET_SECONDS],
    );
    return this.callerOf(row);
  }

  /**
   * For an EventSource, which sends the ticket of its URL again at every reconnect. The resume key travels in event ids
   * and `Last-Event-ID`, never in a URL, so a ticket in a log stays worthless.
   * @param resumeKey the stream's key, when it reconnects
   * @throws the errors of `redeem`
   */
  async redeemForStream(ticket: string, resumeKey: string | undefined): Promise<StreamCaller> {
    const [known] = resumeKey === undefined ? [] : await this.database.query<TicketRow>(RESUME, [hashOfKey(resumeKey)]);
    if (known !== undefined) return { principal: await this.callerOf(known), resumeKey };
    const newKey = randomBytes(24).toString('base64url');
    const [row] = await this.database.query<TicketRow>(SWAP, [hashOf(ticket), hashOfKey(newKey), RESUME_DAYS]);
    return { principal: await this.callerOf(row), resumeKey: newKey };
  }

  /** Revokes a resume key that appeared in a URL. */
  async revokeResumeKey(resumeKey: string): Promise<void> {
    await this.database.query('DELETE FROM realtime_tickets WHERE hash = $1', [hashOfKey(resumeKey)]);
  }

  private async callerOf(row: TicketRow | undefined): Promise<Principal> {
    if (row === undefined || !row.valid) throw ticketInvalid();
    return this.authenticate.refreshPrincipal({
      userId: row.user_id,
      expiresAt: row.token_expires_at.getTime(),
      sessionId: row.session_id ?? undefined,
      keyId: row.key_id ?? undefined,
      issuedAt: row.session_id === null && row.key_id === null ? row.issued_at.getTime() : undefined,
    });
  }
}

const RESUME = `SELECT user_id, token_expires_at, session_id, key_id, expires_at > now() AS valid
  FROM realtime_tickets WHERE hash = $1`;

/** Replaces a ticket by a resume key. */
const SWAP = `WITH spent AS (DELETE FROM realtime_tickets WHERE hash = $1 RETURNING *), kept AS (
    INSERT INTO realtime_tickets (hash, user_id, token_expires_at, session_id, key_id, expires_at)
    SELECT $2, user_id, token_expires_at, session_id, key_id,
      least(token_expires_at, now() + make_interval(days => $3)) FROM spent WHERE expires_at > now())
  SELECT user_id, token_expires_at, session_id, key_id, expires_at > now() AS valid FROM spent`;

/** Prefixed, so that a resume key can't be used as a ticket. */
const hashOfKey = (key: string): Buffer => hashOf(`resume ${key}`);

const hashOf = (ticket: string): Buffer => createHash('sha256').update(ticket).digest();
