import type { Transaction } from '../../platform/database/database.js';
import type { RightsChanged } from '../../platform/fence/fence.js';

/** Ends the sessions that match; tokens, tickets and push subscriptions drawn from them end with them. */
export async function endSessions(
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

/** Ends the sessions of other users that this API key vouches for. */
export function endSessionsOfKey(tx: Transaction, changed: RightsChanged, keyId: string): Promise<void> {
  return endSessions(tx, changed, 'key_id = $1', [keyId]);
}

/** As `endSessionsOfKey`, for every API key of a user. */
export function endVouchedSessions(tx: Transaction, changed: RightsChanged, userId: string): Promise<void> {
  return endSessions(tx, changed, 'key_id IN (SELECT id FROM api_keys WHERE user_id = $1)', [userId]);
}

/** From now on, tokens of other issuers count only when they are issued later. */
export async function endForeignTokens(tx: Transaction, userId: string): Promise<void> {
  await tx.query('UPDATE users SET credentials_valid_from = clock_timestamp() WHERE id = $1', [userId]);
}

/** Ends whatever the user, or somebody else in the user's name, could go on with. */
export async function endCredentials(tx: Transaction, changed: RightsChanged, userId: string): Promise<void> {
  changed(userId);
  await endVouchedSessions(tx, changed, userId);
  await endSessions(tx, changed, 'user_id = $1', [userId]);
  await tx.query('DELETE FROM api_keys WHERE user_id = $1', [userId]);
  await endForeignTokens(tx, userId);
}
