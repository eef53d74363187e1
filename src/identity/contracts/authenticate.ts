import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { AccessTokens, type AccessGrant } from '../tokens/access-tokens.js';
import { invalidToken, userDisabled } from './auth.errors.js';
import type { Principal } from './principal.js';

interface UserRow {
  readonly is_admin: boolean;
  readonly disabled: boolean;
}

/** Finds out who calls. Costs one look-up by primary key, so that a disabled user's token is worth nothing at once. */
@Injectable()
export class Authenticate {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly database: Database,
  ) {}

  /** @throws `auth.invalid-token`, `auth.token-expired` or `auth.user-disabled` */
  async principalOf(token: string): Promise<Principal> {
    return this.principalFor(await this.tokens.verify(token));
  }

  /**
   * For a credential that has been verified already, and for a second look at one that was accepted earlier.
   * @throws `auth.invalid-token` when the user is gone, `auth.user-disabled`
   */
  async principalFor({ userId, expiresAt }: AccessGrant): Promise<Principal> {
    const [user] = await this.database.query<UserRow>('SELECT is_admin, disabled FROM users WHERE id = $1', [userId]);
    if (user === undefined) throw invalidToken();
    if (user.disabled) throw userDisabled();
    return { userId, isAdmin: user.is_admin, expiresAt };
  }
}
