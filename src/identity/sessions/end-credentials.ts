import type { Transaction } from '../../platform/database/database.js';
import type { RightsChanged } from '../../platform/fence/fence.js';

/** Ends the sessions that match, with their tokens, tickets and push subscriptions. */
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

/** Ends the sessions that this API key vouches for. */
export function endSessionsOfKey(tx: Transaction, changed: RightsChanged, keyId: string): Promise<void> {
  return endSessions(tx, changed, 'key_id = $1', [keyId]);
}

/** As `endSessionsOfKey`, for every API key of a user. */
export function endVouchedSessions(tx: Transaction, changed: RightsChanged, userId: string): Promise<void> {
  return endSessions(tx, changed, 'key_id IN (SELECT id FROM api_keys WHERE user_id = $1)', [userId]);
}

/** Revokes the tokens that other issuers have issued so far. */
export async function endForeignTokens(tx: Transaction, userId: string): Promise<void> {
  await tx.query('UPDATE users SET credentials_valid_from = clock_timestamp() WHERE id = $1', [userId]);
}

/** Ends every credential of the user, including the sessions that the user's API keys vouch for. */
export async function endCredentials(tx: Transaction, changed: RightsChanged, userId: string): Promise<void> {
  changed(userId);
  await endVouchedSessions(tx, changed, userId);
  await endSessions(tx, changed, 'user_id = $1', [userId]);
  await tx.query('DELETE FROM api_keys WHERE user_id = $1', [userId]);
  await tx.query('DELETE FROM password_resets WHERE user_id = $1', [userId]);
  await endForeignTokens(tx, userId);
}
