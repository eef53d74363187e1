/** A part of its life before it ends a token is replaced, at most a minute. */
const LONGEST_MARGIN_MS = 60_000;

/**
 * How long a token is still good, in milliseconds; undefined for one that doesn't say when it ends, as API keys do.
 * @param now by the clock of the server: that of this machine may be wrong
 */
export function lifeOf(token: string, now: number): number | undefined {
  try {
    const [, claims = ''] = token.split('.');
    const { exp } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof exp === 'number' ? exp * 1000 - now : undefined;
  } catch {
    return undefined;
  }
}

/** When to replace a token, in milliseconds from `now`; undefined for one that doesn't say when it ends. */
export function renewalIn(token: string, now: number): number | undefined {
  const lifeMs = lifeOf(token, now);
  return lifeMs === undefined ? undefined : beforeEndOf(lifeMs);
}

/** @param lifeMs how long a token is still good */
export const beforeEndOf = (lifeMs: number): number => Math.max(0, lifeMs - Math.min(LONGEST_MARGIN_MS, lifeMs / 2));
