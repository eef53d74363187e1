import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { invalidToken, tokenExpired } from '../public/auth.errors.js';
import type { Grant } from '../public/principal.js';
import { isKeyOf, parseApiKey } from './api-key.js';

interface KeyRow {
  readonly user_id: string;
  readonly hash: Buffer;
  readonly expires_at: Date;
  readonly expired: boolean;
}

@Injectable()
export class VerifyApiKey {
  constructor(private readonly database: Database) {}

  /** @throws `auth.token-expired` for a valid key that has expired, `auth.invalid-token` otherwise */
  async verify(key: string): Promise<Grant> {
    const keyId = parseApiKey(key)?.id;
    if (keyId === undefined) throw invalidToken();
    const [row] = await this.database.query<KeyRow>(
      'SELECT user_id, hash, expires_at, expires_at <= now() AS expired FROM api_keys WHERE id = $1',
      [keyId],
    );
    if (row === undefined || !isKeyOf(row.hash, key)) throw invalidToken();
    if (row.expired) throw tokenExpired();
    return { userId: row.user_id, expiresAt: row.expires_at.getTime(), keyId };
  }
}
