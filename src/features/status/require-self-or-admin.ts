import { validate as isUuid } from 'uuid';
import type { Principal } from '../../identity/public/principal.js';
import { userNotFound } from '../../identity/public/user.errors.js';

/**
 * Allows the user and administrators.
 * @returns the id as it is stored in the database
 * @throws `user.not-found` for an unknown id and for any other caller
 */
export function requireSelfOrAdmin({ userId, isAdmin }: Principal, id: string): string {
  const wanted = id.toLowerCase();
  if (!isUuid(id) || !(isAdmin || wanted === userId)) throw userNotFound();
  return wanted;
}
