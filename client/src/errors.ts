import type { ServerFrames } from './contract.js';

/**
 * Whatever goes wrong, with a `code` that does not change: those of the server are in its `docs/errors.md`, those of the
 * client itself are below. `temporary`: the same call may succeed a little later.
 */
export class TidingsError extends Error {
  override readonly name = 'TidingsError';

  constructor(
    readonly code: string,
    message: string,
    readonly temporary: boolean,
  ) {
    super(message);
  }

  /** @param payload of an `error` frame */
  static of(payload: unknown): TidingsError {
    const { code, message, temporary } = payload as ServerFrames['error'];
    return new TidingsError(code, message, temporary);
  }
}

/** It was sent, and nothing says whether it arrived. */
export const connectionLost = () =>
  new TidingsError('connection.lost', 'The connection was lost before the answer came.', true);

export const connectionClosed = () =>
  new TidingsError('connection.closed', 'The client is not connected, and will not be by itself.', false);

export const answerLate = () => new TidingsError('answer.late', 'The server did not answer in time.', true);

export const queueFull = () =>
  new TidingsError('queue.full', 'Too much was sent while there was no connection: this was not kept.', true);

export const frameTooLarge = () => new TidingsError('frame.too-large', 'A frame may have 64 KiB.', false);

/** What was sent needs a WebSocket, and this network lets only an event stream through. */
export const streamOnly = () =>
  new TidingsError('connection.stream-only', 'Over an event stream nothing can be sent.', true);

export const channelForbidden = () =>
  new TidingsError('channel.forbidden', 'There is no such channel, or you may not read it.', false);
