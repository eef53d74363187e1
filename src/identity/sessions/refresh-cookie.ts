import type { Config } from '../../platform/config/config.js';

const NAME = 'tidings_refresh';
/** Browsers send the cookie to these calls only. The path of PUBLIC_URL goes in front. */
const PATH = '/v1/auth';

/** The characters of refresh tokens and device ids, all of them allowed in a cookie's value (RFC 6265, 4.1.1). */
const VALUE = /^[\w-]{1,200}$/;

/** @returns the refresh token of a Cookie header; undefined when there is none, or more than one */
export const readRefreshCookie = (header: string | undefined): string | undefined => readCookie(NAME, header);

/** @returns the value of this cookie; undefined when there is none of this form, or more than one */
export function readCookie(name: string, header: string | undefined, form = VALUE): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 && pair.slice(0, equals).trim() === name ? pair.slice(equals + 1).trim() : [];
  });
  // A second cookie was planted on another path or domain, and the header does not tell the two apart.
  const [value] = values;
  return values.length === 1 && value !== undefined && form.test(value) ? value : undefined;
}

/** The value of a Set-Cookie header. */
export const refreshCookie = (token: string, maxAgeSeconds: number, config: CookieSettings): string =>
  setCookie(NAME, token, maxAgeSeconds, config);

/**
 * A cookie for the calls of `/v1/auth`, not readable by scripts.
 * @param sameSite `Strict`: not sent with cross-site requests. `Lax`: also sent when another site leads to this one
 */
export function setCookie(
  name: string,
  value: string,
  maxAgeSeconds: number,
  config: CookieSettings,
  sameSite: 'Lax' | 'Strict' = 'Strict',
): string {
  const path = `${new URL(config.publicUrl).pathname.replace(/\/$/, '')}${PATH}`;
  const attributes = [`Path=${path}`, `Max-Age=${maxAgeSeconds}`, 'HttpOnly', `SameSite=${sameSite}`];
  const isSecure = config.production || config.publicUrl.startsWith('https:');
  return [`${name}=${value}`, ...attributes, ...(isSecure ? ['Secure'] : [])].join('; ');
}

/** Makes the browser delete the cookie. */
export const noRefreshCookie = (config: CookieSettings): string => refreshCookie('', 0, config);

export type CookieSettings = Pick<Config, 'production' | 'publicUrl'>;
