import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { Fence, type RightsChanged } from '../../platform/fence/fence.js';
import { endForeignTokens, endSessions } from './end-credentials.js';
import { hashOfToken } from './refresh-tokens.js';

/** Ends sessions with their tokens, tickets and sockets. Ending a session that has already ended is not an error. */
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

  /** Also revokes the tokens that other issuers have issued so far, since they belong to no session. */
  async ofUser(userId: string): Promise<void> {
    await this.fence.transaction(async (tx, changed) => {
      changed(userId);
      await endForeignTokens(tx, userId);
      await endSessions(tx, changed, 'user_id = $1', [userId]);
    });
  }

  /**
   * Ends sessions as part of another change, and voids the approvals of devices that have no session yet.
   * @param keptId the session that stays
   */
  async ofUserExcept(
    tx: Transaction,
    changed: RightsChanged,
    userId: string,
    keptId: string | undefined,
  ): Promise<void> {
    await endSessions(tx, changed, 'user_id = $1 AND id IS DISTINCT FROM $2::uuid', [userId, keptId ?? null]);
    // Those of the other sessions ended with them.
    if (keptId !== undefined) await tx.query('DELETE FROM device_sign_ins WHERE session_id = $1', [keptId]);
  }
}
