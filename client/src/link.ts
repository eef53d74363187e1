import type { ServerFrames } from './contract.js';
import type { TidingsError } from './errors.js';
import type { WebSocketConstructor } from './web-socket-like.js';

/** What the server sends. An event has a channel and an offset, an answer the `id` of what it answers. */
export interface ServerFrame {
  readonly type: string;
  readonly payload: unknown;
  readonly ts: number;
  readonly id?: string | number;
  readonly channel?: string;
  readonly offset?: number;
}

export interface ClientFrame {
  readonly type: string;
  readonly payload: unknown;
  readonly id?: number;
}

/** Why a link is over. The code is that of the WebSocket protocol, whatever carried the frames. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
  /** When the other side wants us back. */
  readonly afterMs?: number | undefined;
  /** What has gone wrong on this side, to be reported. */
  readonly error?: TidingsError | undefined;
}

export interface LinkEvents {
  /** Once, before the first frame is received. */
  opened(greeting: ServerFrames['connected']): void;
  received(frame: ServerFrame): void;
  /** Once, and the last thing that is heard of a link; not after `close`. */
  ended(ending: Ending): void;
}

/** One connection from its beginning to its end, by whatever it is carried. */
export interface Link {
  readonly via: 'websocket' | 'stream' | 'tab';
  /** To be called between `opened` and `ended` only. */
  send(frame: ClientFrame): void;
  /** Look now whether the other side is still there: there is reason to doubt it, or to hope. At any time. */
  check(): void;
  close(): void;
}

/** What a link needs to be made. */
export interface Dialing {
  readonly url: string;
  /**
   * Undefined: nobody is signed in. A rejection, always with a TidingsError, is trouble that passes.
   * @param fresh the token in use is about to end
   */
  token(fresh?: boolean): Promise<string | undefined>;
  report(error: TidingsError): void;
  /** Aborted when no connection is wanted any more: until then there may be another link after this one. */
  readonly wanted: AbortSignal;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly fetch: typeof fetch;
  /** How long the other side may take to answer anything. */
  readonly answerMs: number;
}

export type Dial = (dialing: Dialing, events: LinkEvents) => Link;
