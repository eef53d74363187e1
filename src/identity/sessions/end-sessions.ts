import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { Fence, type RightsChanged } from '../../platform/fence/fence.js';
import { endForeignTokens, endSessions } from './end-credentials.js';
import { hashOfToken } from './refresh-tokens.js';

/** Ends sessions, and with them their tokens, their tickets and their sockets. One that has ended already is no mistake. */
@Injectable()
export class EndSessions {
  constructor(private readonly fence: Fence) {}

  async one(sessionId: string): Promise<void> {
    await this.fence.transaction((tx, changed) => endSessions(tx, changed, 'id = $1', [sessionId]));
  }

  async ofRefreshToken(token: string): Promise<void> {
    await this.fence.transaction((tx, changed) =>
      endSessions(tx, changed, 'id = (SELECT session_id FROM refresh_tokens WHERE hash = $1)', [hashOfToken(token)]),
    );
  }

  /** Tokens of other issuers belong to no session: those that were issued until now end too. */
  async ofUser(userId: string): Promise<void> {
    await this.fence.transaction(async (tx, changed) => {
      changed(userId);
      await endForeignTokens(tx, userId);
      await endSessions(tx, changed, 'user_id = $1', [userId]);
    });
  }

  /** For a change that ends them by the way. @param goesOn the one that doesn't end */
  async ofUserExcept(
    tx: Transaction,
    changed: RightsChanged,
    userId: string,
    goesOn: string | undefined,
  ): Promise<void> {
    await endSessions(tx, changed, 'user_id = $1 AND id IS DISTINCT FROM $2::uuid', [userId, goesOn ?? null]);
  }
}
