const MAX_LENGTH = 200;

/**
 * Validates a sender's id: any 1 to 200 characters, except those that PostgreSQL can't store (NUL, lone surrogates).
 * @returns undefined if it is invalid; the hash of the body identifies the delivery then
 */
export function deliveryIdFrom(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_LENGTH) return undefined;
  return /[\0\p{Surrogate}]/u.test(value) ? undefined : value;
}
