import type { ServerFrames } from './contract.js';

/**
 * An error with a stable `code`: docs/errors.md lists those of the server, the functions below those of the client.
 * `temporary`: the same call may succeed a little later. `cause`: the error that a callback has thrown.
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

  /** @param payload the payload of an `error` frame */
  static of(payload: unknown): TidingsError {
    const { code, message, temporary } = payload as ServerFrames['error'];
    return new TidingsError(code, message, temporary);
  }
}

/** The frame was sent, but it is unknown whether it arrived. */
export const connectionLost = (why = 'before the answer came') =>
  new TidingsError('connection.lost', `The connection was lost: ${why}.`, true);

export const connectionClosed = () =>
  new TidingsError('connection.closed', 'The client is not connected and will not connect by itself.', false);

/** The browser refused to open a connection, e.g. to `http:` from a page of `https:`. */
export const connectionFailed = (cause: unknown) =>
  new TidingsError('connection.failed', `The connection could not be opened: ${textOf(cause)}`, true, { cause });

export const answerLate = () => new TidingsError('answer.late', 'The server did not answer in time.', true);

export const queueFull = () =>
  new TidingsError('queue.full', 'Too many frames were sent without a connection; this one was dropped.', true);

export const frameTooLarge = () => new TidingsError('frame.too-large', 'A frame may have at most 64 KiB.', false);

/** Sending needs a WebSocket, but only an event stream works on this network. */
export const streamOnly = () =>
  new TidingsError('connection.stream-only', 'Frames cannot be sent over an event stream.', true);

export const channelForbidden = () =>
  new TidingsError('channel.forbidden', 'There is no such channel, or you may not read it.', false);

/** A callback of the application has thrown or rejected. */
export const callbackFailed = (name: string, cause: unknown) =>
  cause instanceof TidingsError
    ? cause
    : new TidingsError('callback.failed', `${name} failed: ${textOf(cause)}`, false, { cause });

export const callbackLate = (name: string) =>
  new TidingsError('callback.late', `${name} has not finished in time.`, true);

/** `getToken` has thrown or rejected, or did not return a token. */
export const tokenFailed = (cause: unknown) =>
  cause instanceof TidingsError
    ? cause
    : new TidingsError('token.failed', `getToken failed: ${textOf(cause)}`, true, { cause });

export const tokenExpired = () =>
  new TidingsError('auth.token-expired', 'The token has expired, and getToken has not returned a newer one.', true);

export const optionsInvalid = (message: string) => new TidingsError('options.invalid', message, false);

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
