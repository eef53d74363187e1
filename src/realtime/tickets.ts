import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { Authenticate } from '../identity/contracts/authenticate.js';
import type { Principal } from '../identity/contracts/principal.js';
import { Database } from '../platform/database/database.js';
import { ticketInvalid } from './realtime.errors.js';

export const TICKET_SECONDS = 30;

interface TicketRow {
  readonly user_id: string;
  readonly token_expires_at: Date;
  readonly session_id: string | null;
  readonly key_id: string | null;
  readonly issued_at: Date;
  readonly valid: boolean;
}

/** Stands in for a token in an address, where a token would end up in logs: good once, and for TICKET_SECONDS. */
@Injectable()
export class Tickets {
  constructor(
    private readonly database: Database,
    private readonly authenticate: Authenticate,
  ) {}

  /** What it opens ends when the caller's own credential, session or key ends. Only a hash is kept. */
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

  /** @throws `auth.invalid-ticket`, `auth.invalid-token` when the user is gone, `auth.session-ended`, `auth.user-disabled` */
  async redeem(ticket: string): Promise<Principal> {
    const [row] = await this.database.query<TicketRow>(
      `DELETE FROM realtime_tickets WHERE hash = $1
       RETURNING user_id, token_expires_at, session_id, key_id, expires_at > now() AS valid,
         expires_at - make_interval(secs => $2) AS issued_at`,
      [hashOf(ticket), TICKET_SECONDS],
    );
    if (row === undefined || !row.valid) throw ticketInvalid();
    return this.authenticate.principalFor({
      userId: row.user_id,
      expiresAt: row.token_expires_at.getTime(),
      sessionId: row.session_id ?? undefined,
      keyId: row.key_id ?? undefined,
      issuedAt: row.session_id === null && row.key_id === null ? row.issued_at.getTime() : undefined,
    });
  }
}

const hashOf = (ticket: string): Buffer => createHash('sha256').update(ticket).digest();
