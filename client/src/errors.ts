import type { ServerFrames } from './contract.js';

/**
 * Whatever goes wrong, with a `code` that does not change: those of the server are in its `docs/errors.md`, those of the
 * client itself are below. `temporary`: the same call may succeed a little later. `cause`: what a callback has thrown.
 */
export class TidingsError extends Error {
  override readonly name = 'TidingsError';

  constructor(
    readonly code: string,
    message: string,
    readonly temporary: boolean,
    options?: { readonly cause: unknown },
  ) {
    super(message, options);
  }

  /** @param payload of an `error` frame */
  static of(payload: unknown): TidingsError {
    const { code, message, temporary } = payload as ServerFrames['error'];
    return new TidingsError(code, message, temporary);
  }
}

/** It was sent, and nothing says whether it arrived. */
export const connectionLost = (why = 'before the answer came') =>
  new TidingsError('connection.lost', `The connection was lost: ${why}.`, true);

export const connectionClosed = () =>
  new TidingsError('connection.closed', 'The client is not connected, and will not be by itself.', false);

/** The browser, or a proxy, refuses to open a connection at all, e.g. `http:` from a page of `https:`. */
export const connectionFailed = (cause: unknown) =>
  new TidingsError('connection.failed', `The connection could not be opened: ${textOf(cause)}`, true, { cause });

export const answerLate = () => new TidingsError('answer.late', 'The server did not answer in time.', true);

export const queueFull = () =>
  new TidingsError('queue.full', 'Too much was sent while there was no connection: this was not kept.', true);

export const frameTooLarge = () => new TidingsError('frame.too-large', 'A frame may have 64 KiB.', false);

/** What was sent needs a WebSocket, and this network lets only an event stream through. */
export const streamOnly = () =>
  new TidingsError('connection.stream-only', 'Over an event stream nothing can be sent.', true);

export const channelForbidden = () =>
  new TidingsError('channel.forbidden', 'There is no such channel, or you may not read it.', false);

/** A callback of the application has thrown, or rejected. */
export const callbackFailed = (name: string, cause: unknown) =>
  cause instanceof TidingsError
    ? cause
    : new TidingsError('callback.failed', `${name} failed: ${textOf(cause)}`, false, { cause });

export const callbackLate = (name: string) =>
  new TidingsError('callback.late', `${name} has not finished in time.`, true);

/** `getToken` has thrown or rejected, or gave something that is no token. */
export const tokenFailed = (cause: unknown) =>
  cause instanceof TidingsError
    ? cause
    : new TidingsError('token.failed', `getToken failed: ${textOf(cause)}`, true, { cause });

export const tokenExpired = () =>
  new TidingsError('auth.token-expired', 'The token has expired, and getToken has given no newer one.', true);

export const optionsInvalid = (message: string) => new TidingsError('options.invalid', message, false);

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
