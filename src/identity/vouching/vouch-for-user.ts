import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Audit } from '../../platform/audit/audit.js';
import { Config } from '../../platform/config/config.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { scopeRequired, userDisabled } from '../public/auth.errors.js';
import type { RequestActor } from '../public/caller.js';
import { USERS_IMPERSONATE } from '../public/scopes.js';
import { userNotFound } from '../public/user.errors.js';
import { showOwnUser } from '../public/user.schemas.js';
import type { LoginResponse } from '../public/login-response.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { administratorNotVouchedFor } from './vouching.errors.js';

interface LockedUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly disabled: boolean;
  readonly mustChangePassword: boolean;
}

/** The session outlives its token by this much, because a token's lifetime is in whole seconds. */
const SPARE_SECONDS = 1;

/** Issues access tokens for users that a trusted backend vouches for with an API key. */
@Injectable()
export class VouchForUser {
  constructor(
    private readonly database: Database,
    private readonly tokens: AccessTokens,
    private readonly audit: Audit,
    private readonly config: Config,
  ) {}

  /**
   * The token belongs to a session of its own. The session ends with the key, and when the key's user is disabled or
   * demoted.
   * @throws `auth.scope-required`, `user.not-found`, `auth.user-disabled`, `user.is-administrator`
   */
  async run(actor: RequestActor, userId: string, expiresIn = this.config.accessTokenSeconds): Promise<LoginResponse> {
    const { keyId, scopes } = actor.principal;
    if (keyId === undefined || scopes?.has(USERS_IMPERSONATE) !== true) throw scopeRequired(SCOPE_REQUIRED);
    if (!isUuid(userId)) throw userNotFound();
    const seconds = Math.min(expiresIn, this.config.accessTokenSeconds);
    const { session, user } = await this.database.transaction(async (tx) => {
      const user = await lockUser(tx, actor.principal.userId, userId.toLowerCase());
      const session = await begin(tx, actor, { userId: user.id, keyId, seconds: seconds + SPARE_SECONDS });
      await this.record(tx, actor, keyId, session);
      return { session, user };
    });
    return { ...(await this.tokens.issue(session, seconds)), user: showOwnUser(user) };
  }

  /** Records the key as the actor, since the administrator who created it did not issue the token. */
  private async record(tx: Transaction, actor: RequestActor, keyId: string, session: VouchedSession): Promise<void> {
    const { id: sessionId, userId: target, expiresAt } = session;
    const after = { keyId, keyOf: actor.principal.userId, sessionId, expiresAt };
    const byKey = { ...actor, actorId: keyId };
    await this.audit.record(tx, { action: 'user.token-issued', actor: byKey, workspaceId: null, target, after });
  }
}

const SCOPE_REQUIRED = `This call requires an administrator's API key with the scope ${USERS_IMPERSONATE}.`;

interface VouchedSession {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

/** Locks the key's user and the other user in the order of their ids, as all changes of users do. */
async function lockUser(tx: Transaction, keyUserId: string, userId: string): Promise<LockedUser> {
  const users = await tx.query<LockedUser>(
    `SELECT id, email, name, is_admin AS "isAdmin", disabled, must_change_password AS "mustChangePassword"
     FROM users WHERE id = ANY($1::uuid[]) ORDER BY id FOR SHARE`,
    [[keyUserId, userId]],
  );
  const owner = users.find(({ id }) => id === keyUserId);
  if (owner === undefined || owner.disabled || !owner.isAdmin) throw scopeRequired(SCOPE_REQUIRED);
  const user = users.find(({ id }) => id === userId);
  if (user === undefined) throw userNotFound();
  if (user.isAdmin) throw administratorNotVouchedFor();
  if (user.disabled) throw userDisabled();
  return user;
}

async function begin(
  tx: Transaction,
  { ip, userAgent }: RequestActor,
  { userId, keyId, seconds }: { userId: string; keyId: string; seconds: number },
): Promise<VouchedSession> {
  const id = newId();
  // Locks the key, because a concurrent revocation would not see this session and would not end it.
  const [session] = await tx.query<{ expiresAt: Date }>(
    `INSERT INTO sessions (id, user_id, key_id, expires_at, ip, user_agent)
     SELECT $1, $2, id, LEAST(now() + make_interval(secs => $4), expires_at), $5, $6 FROM api_keys
     WHERE id = $3 AND expires_at > now() FOR SHARE
     RETURNING expires_at AS "expiresAt"`,
    [id, userId, keyId, seconds, ip, userAgent],
  );
  if (session === undefined) throw scopeRequired(SCOPE_REQUIRED);
  await tx.query('DELETE FROM sessions WHERE user_id = $1 AND expires_at < now()', [userId]);
  return { id, userId, expiresAt: session.expiresAt };
}
