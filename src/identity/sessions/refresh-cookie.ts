import type { Config } from '../../platform/config/config.js';

const NAME = 'tidings_refresh';
/** Sent with no other call than those that take it. Below the path of PUBLIC_URL, where browsers see it. */
const PATH = '/v1/auth';

/** The characters that a cookie's value can have and that a token of ours has (RFC 6265, 4.1.1, less `=` and `"`). */
const VALUE = /^[\w-]{1,200}$/;

/** @returns the refresh token of a Cookie header; undefined where there is none, or more than one */
export function readRefreshCookie(header: string | undefined): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 && pair.slice(0, equals).trim() === NAME ? pair.slice(equals + 1).trim() : [];
  });
  // A second one was planted by somebody else, on another path or domain: which is which can't be seen.
  const [value] = values;
  return values.length === 1 && value !== undefined && VALUE.test(value) ? value : undefined;
}

/** The value of a Set-Cookie header. Out of reach for scripts, and never sent with what another site sets off. */
export function refreshCookie(token: string, maxAgeSeconds: number, config: CookieSettings): string {
  const path = `${new URL(config.publicUrl).pathname.replace(/\/$/, '')}${PATH}`;
  const attributes = [`Path=${path}`, `Max-Age=${maxAgeSeconds}`, 'HttpOnly', 'SameSite=Strict'];
  const isSecure = config.production || config.publicUrl.startsWith('https:');
  return [`${NAME}=${token}`, ...attributes, ...(isSecure ? ['Secure'] : [])].join('; ');
}

/** Makes the browser forget it. */
export const noRefreshCookie = (config: CookieSettings): string => refreshCookie('', 0, config);

type CookieSettings = Pick<Config, 'production' | 'publicUrl'>;
