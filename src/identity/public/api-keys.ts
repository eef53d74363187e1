import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import { Fence } from '../../platform/fence/fence.js';
import { newId } from '../../platform/ids.js';
import { hashOfKey, newApiKey } from '../keys/api-key.js';
import { endSessionsOfKey } from '../sessions/end-credentials.js';
import { userDisabled } from './auth.errors.js';
import type { RequestActor } from './caller.js';
import { lockAdministrator } from './lock-administrator.js';
import { INSTALLATION_SCOPES } from './scopes.js';

export interface NewApiKey {
  readonly name: string;
  /** Names of permissions, and `INSTALLATION_SCOPES`. */
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
}

export interface ApiKey extends NewApiKey {
  readonly id: string;
  readonly createdAt: Date;
}

const COLUMNS = 'id, name, scopes, expires_at AS "expiresAt", created_at AS "createdAt"';

/** The API keys of users. Access checks what the scopes of a key permit. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly database: Database,
    private readonly fence: Fence,
    private readonly audit: Audit,
  ) {}

  /**
   * @returns the key itself too, only this once: the database stores its hash
   * @throws `auth.user-disabled` when the user was disabled meanwhile; `auth.admin-required` for an installation scope
   */
  async create(
    actor: RequestActor,
    { name, scopes, expiresAt }: NewApiKey,
  ): Promise<ApiKey & { readonly key: string }> {
    const id = newId();
    const key = newApiKey(id);
    return this.database.transaction(async (tx) => {
      if (scopes.some((scope) => INSTALLATION_SCOPES.includes(scope)))
        await lockAdministrator(tx, actor.principal.userId);
      const [created] = await tx.query<{ createdAt: Date }>(
        `INSERT INTO api_keys (id, user_id, name, hash, scopes, expires_at)
         SELECT $1, id, $3, $4, $5, $6 FROM users WHERE id = $2 AND NOT disabled FOR SHARE
         RETURNING created_at AS "createdAt"`,
        [id, actor.principal.userId, name, hashOfKey(key), scopes, expiresAt],
      );
      if (created === undefined) throw userDisabled();
      const after = { name, scopes, expiresAt };
      await this.audit.record(tx, { action: 'api-key.created', actor, workspaceId: null, target: id, after });
      return { id, name, scopes, expiresAt, createdAt: created.createdAt, key };
    });
  }

  /** Oldest first, expired keys included; returns `limit + 1` keys when there are more. */
  async list(userId: string, limit: number, after: string | undefined): Promise<ApiKey[]> {
    return this.database.query<ApiKey>(
      `SELECT ${COLUMNS} FROM api_keys WHERE user_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [userId, after ?? null, limit + 1],
    );
  }

  /**
   * Rejects further calls with the key, and ends its sockets and the sessions that it vouches for.
   * @returns false when the user has no such key
   */
  async revoke(actor: RequestActor, id: string): Promise<boolean> {
    if (!isUuid(id)) return false;
    const { userId } = actor.principal;
    return this.fence.transaction(async (tx, changed) => {
      // The lock comes first, so that no session begins with the key meanwhile.
      const own = await tx.query('SELECT FROM api_keys WHERE id = $1 AND user_id = $2 FOR UPDATE', [id, userId]);
      if (own.length === 0) return false;
      await endSessionsOfKey(tx, changed, id);
      const [revoked] = await tx.query<{ name: string; scopes: string[] }>(
        'DELETE FROM api_keys WHERE id = $1 AND user_id = $2 RETURNING name, scopes',
        [id, userId],
      );
      if (revoked === undefined) return false;
      changed(userId);
      await this.audit.record(tx, {
        action: 'api-key.revoked',
        actor,
        workspaceId: null,
        target: id,
        before: { ...revoked },
      });
      return true;
    });
  }
}
