const MAX_LENGTH = 200;

/**
 * A sender's id as it is stored and deduplicated on: 1 to 200 characters, anything in them. What PostgreSQL can't
 * store as it came (NUL, half a surrogate pair) is no id; the body's hash stands in.
 */
export function deliveryIdFrom(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length === 0 || value.length > MAX_LENGTH) return undefined;
  return /[\0\p{Surrogate}]/u.test(value) ? undefined : value;
}
