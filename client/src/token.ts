/** A token is replaced at half of its remaining life, but at most a minute before its end. */
const MAX_MARGIN_MS = 60_000;

/**
 * How long a token is still valid, in milliseconds; undefined without an expiry, as for API keys.
 * @param now by the server's clock, since that of this machine may be wrong
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

/** When to replace a token, in milliseconds from `now`; undefined without an expiry. */
export function renewalIn(token: string, now: number): number | undefined {
  const lifeMs = lifeOf(token, now);
  return lifeMs === undefined ? undefined : renewalDelayOf(lifeMs);
}

/** @param lifeMs how long the token is still valid */
export const renewalDelayOf = (lifeMs: number): number => Math.max(0, lifeMs - Math.min(MAX_MARGIN_MS, lifeMs / 2));
