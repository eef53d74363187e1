import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { Fence, type RightsChanged } from '../../platform/fence/fence.js';
import { hashOfToken } from './refresh-tokens.js';

/** Ends sessions, and with them their tokens, their tickets and their sockets. One that has ended already is no mistake. */
@Injectable()
export class EndSessions {
  constructor(private readonly fence: Fence) {}

  async one(sessionId: string): Promise<void> {
    await this.fence.transaction((tx, changed) => end(tx, changed, 'id = $1', [sessionId]));
  }

  async ofRefreshToken(token: string): Promise<void> {
    await this.fence.transaction((tx, changed) =>
      end(tx, changed, 'id = (SELECT session_id FROM refresh_tokens WHERE hash = $1)', [hashOfToken(token)]),
    );
  }

  async ofUser(userId: string): Promise<void> {
    await this.fence.transaction((tx, changed) => end(tx, changed, 'user_id = $1', [userId]));
  }

  /** For a change that ends them by the way. @param goesOn the one that doesn't end */
  async ofUserExcept(
    tx: Transaction,
    changed: RightsChanged,
    userId: string,
    goesOn: string | undefined,
  ): Promise<void> {
    await end(tx, changed, 'user_id = $1 AND id IS DISTINCT FROM $2::uuid', [userId, goesOn ?? null]);
  }
}

async function end(
  tx: Transaction,
  changed: RightsChanged,
  condition: string,
  parameters: readonly unknown[],
): Promise<void> {
  const ended = await tx.query<{ user_id: string }>(
    `DELETE FROM sessions WHERE ${condition} RETURNING user_id`,
    parameters,
  );
  for (const session of ended) changed(session.user_id);
}
