import { callbackLate, optionsInvalid, tokenFailed, type TidingsError } from './errors.js';
import { within } from './reports.js';

type GetToken = (fresh: boolean) => string | null | undefined | Promise<string | null | undefined>;

/** The error in the options; undefined if they are valid. */
export function faultIn(url: unknown, { getToken }: { readonly getToken: unknown }): TidingsError | undefined {
  if (typeof url !== 'string' || !/^(http|ws)s?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/i.test(url)) {
    return optionsInvalid(
      `The url has to be absolute, such as https://tidings.example.com, without a query: ${JSON.stringify(url)} is not.`,
    );
  }
  return typeof getToken === 'function' ? undefined : optionsInvalid('getToken has to be a function.');
}

/** Removes trailing slashes, and replaces `ws:` by `http:`. */
export const baseOf = (url: unknown): string => String(url).replace(/^ws/i, 'http').replace(/\/+$/, '');

/**
 * @returns undefined if no user is signed in
 * @throws `token.failed`, `callback.late`
 */
export async function askForToken(getToken: GetToken, fresh: boolean, timeoutMs: number): Promise<string | undefined> {
  try {
    const token: unknown = await within(
      timeoutMs,
      () => getToken(fresh),
      () => callbackLate('getToken'),
    );
    if (typeof (token ?? '') !== 'string') throw new Error(`it returned a value of type ${typeof token}`);
    const text = String(token ?? '').trim();
    if (!/^[\x21-\x7e]*$/.test(text)) throw new Error('it returned a string that is not a token');
    return text === '' ? undefined : text;
  } catch (error) {
    throw tokenFailed(error);
  }
}
