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
  /** The 1-based index of the grant. */
  readonly n: string;
  readonly is_admin: boolean;
  readonly disabled: boolean;
  readonly session_holds: boolean;
  /** The API key that vouches for the session. */
  readonly vouched_by: string | null;
  /** Whether the credential was issued after the user's credentials were last revoked. */
  readonly is_current: boolean;
  /** Null without a valid key. */
  readonly scopes: string[] | null;
}

/** Verifies every credential, for HTTP calls and for sockets. */
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
   * @param token an access token of Tidings or of a trusted issuer, or an API key
   * @throws `auth.invalid-token`, `auth.token-expired`, `auth.session-ended` or `auth.user-disabled`;
   *   `auth.issuer-unavailable` when the keys of the issuer cannot be fetched
   */
  async principalOf(token: string): Promise<Principal> {
    return this.refreshPrincipal(await this.verifierOf(token).verify(token));
  }

  /** Whether only `AccessTokens` can verify this token. */
  isLocal(token: string): boolean {
    return this.verifierOf(token) === this.tokens;
  }

  /** The grant of a token of Tidings that was verified before and has not expired since. */
  knownGrant(token: string): Grant | undefined {
    return this.tokens.recall(token);
  }

  private verifierOf(token: string): AccessTokens | ForeignTokens | VerifyApiKey {
    if (isApiKey(token)) return this.keys;
    return this.foreignTokens.claims(token) ? this.foreignTokens : this.tokens;
  }

  /**
   * Re-checks a verified credential against the database, so that disabling a user or ending a session takes effect at
   * once. Costs one look-up by primary keys, batched with those of concurrent callers.
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
    // A leaked key must not be able to create users, keys or workspaces.
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
