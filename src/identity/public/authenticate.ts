import { Injectable } from '@nestjs/common';
import { isBadValue, Database } from '../../platform/database/database.js';
import { Batcher } from '../../platform/concurrency/batcher.js';
import { isApiKey } from '../keys/api-key.js';
import { VerifyApiKey } from '../keys/verify-api-key.js';
import { ForeignTokens } from '../oidc/foreign-tokens.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { invalidToken, sessionEnded, userDisabled } from './auth.errors.js';
import type { Grant, Principal } from './principal.js';

interface CallerRow {
  /** Which question it answers, from 1 on. */
  readonly n: string;
  readonly is_admin: boolean;
  readonly disabled: boolean;
  readonly session_holds: boolean;
  /** The API key that vouches for the session. */
  readonly vouched_by: string | null;
  /** Whether the credential was issued after the user's credentials were ended for the last time. */
  readonly is_current: boolean;
  /** Null without a key that holds. */
  readonly scopes: string[] | null;
}

/** Finds out who calls: the one judge of credentials, for HTTP and for sockets. */
@Injectable()
export class Authenticate {
  private readonly callers = new Batcher((grants: readonly Grant[]) => this.findCallers(grants), isBadValue);

  constructor(
    private readonly tokens: AccessTokens,
    private readonly keys: VerifyApiKey,
    private readonly foreignTokens: ForeignTokens,
    private readonly database: Database,
  ) {}

  /**
   * @param token an access token of ours or of a trusted issuer, or an API key
   * @throws `auth.invalid-token`, `auth.token-expired`, `auth.session-ended` or `auth.user-disabled`;
   *   `auth.issuer-unavailable` when nobody can tell at the moment
   */
  async principalOf(token: string): Promise<Principal> {
    return this.refreshPrincipal(await this.verifierOf(token).verify(token));
  }

  /** Whether this can only be an access token of ours, if it is anything. */
  isLocal(token: string): boolean {
    return this.verifierOf(token) === this.tokens;
  }

  private verifierOf(token: string): AccessTokens | ForeignTokens | VerifyApiKey {
    if (isApiKey(token)) return this.keys;
    return this.foreignTokens.claims(token) ? this.foreignTokens : this.tokens;
  }

  /**
   * For a credential that has been verified already, and for a second look at one that was accepted earlier. Costs one
   * look-up by primary keys, shared with those who come at the same time, so that what a disabled user or an ended session has left behind is worth nothing at once.
   * @throws `auth.invalid-token` when the user or the key is gone, `auth.session-ended`, `auth.user-disabled`
   */
  async refreshPrincipal(grant: Grant): Promise<Principal> {
    const { userId, expiresAt, sessionId, keyId, issuedAt } = grant;
    const caller = await this.callers.get(grant);
    if (caller === undefined) throw invalidToken();
    if (caller.disabled) throw userDisabled();
    if ((sessionId !== undefined && !caller.session_holds) || !caller.is_current) throw sessionEnded();
    if (keyId === undefined) {
      const vouchedBy = caller.vouched_by ?? undefined;
      const isAdmin = caller.is_admin && vouchedBy === undefined;
      return { userId, expiresAt, sessionId, issuedAt, isAdmin, vouchedBy };
    }
    if (caller.scopes === null) throw invalidToken();
    // A key that leaks must not be able to make itself new users, keys or workspaces.
    return { userId, expiresAt, keyId, isAdmin: false, scopes: new Set(caller.scopes) };
  }

  private async findCallers(grants: readonly Grant[]): Promise<(CallerRow | undefined)[]> {
    const rows = await this.database.query<CallerRow>(
      `SELECT asked.n, users.is_admin, users.disabled, sessions.id IS NOT NULL AS session_holds,
         sessions.key_id AS vouched_by, api_keys.scopes,
         COALESCE(to_timestamp(asked.issued_at / 1000) >= users.credentials_valid_from, true) AS is_current
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[]) WITH ORDINALITY
         AS asked (user_id, session_id, key_id, issued_at, n)
       JOIN users ON users.id = asked.user_id
       LEFT JOIN sessions
         ON sessions.id = asked.session_id AND sessions.user_id = users.id AND sessions.expires_at > now()
       LEFT JOIN api_keys ON api_keys.id = asked.key_id AND api_keys.user_id = users.id AND api_keys.expires_at > now()`,
      [
        grants.map(({ userId }) => userId),
        grants.map(({ sessionId }) => sessionId ?? null),
        grants.map(({ keyId }) => keyId ?? null),
        grants.map(({ issuedAt }) => issuedAt ?? null),
      ],
    );
    const found = new Map(rows.map((row) => [Number(row.n), row]));
    return grants.map((_, i) => found.get(i + 1));
  }
}
