import { validate as isUuid } from 'uuid';
import type { Principal } from '../../identity/public/principal.js';
import { userNotFound } from '../../identity/public/user.errors.js';

/**
 * A status is the business of its user and of administrators.
 * @returns the id as it is written in the database
 * @throws `user.not-found`, which is also what everybody else hears
 */
export function requireSelfOrAdmin({ userId, isAdmin }: Principal, id: string): string {
  const wanted = id.toLowerCase();
  if (!isUuid(id) || !(isAdmin || wanted === userId)) throw userNotFound();
  return wanted;
}
