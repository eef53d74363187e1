import type { ServerFrames } from './contract.js';
import type { TidingsError } from './errors.js';
import type { WebSocketConstructor } from './web-socket-like.js';

/** A frame of the server. Events have a channel and an offset; answers have the `id` of the request. */
export interface ServerFrame {
  readonly type: string;
  readonly payload: unknown;
  readonly ts: number;
  readonly id?: string | number;
  readonly channel?: string;
  readonly offset?: number;
  /** An event whose trace is recorded has it. */
  readonly trace?: string;
}

export interface ClientFrame {
  readonly type: string;
  readonly payload: unknown;
  readonly id?: number;
}

/** Why a link ended, with a close code of the WebSocket protocol for every transport. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
  /** The delay before reconnecting that the server asks for. */
  readonly afterMs?: number | undefined;
  /** An error on this side, to be reported. */
  readonly error?: TidingsError | undefined;
}

export interface LinkEvents {
  /** Called once, before the first frame is received. */
  opened(greeting: ServerFrames['connected']): void;
  received(frame: ServerFrame): void;
  /** Called once, as the last event of a link; not after `close`. */
  ended(ending: Ending): void;
}

/** One connection over some transport. */
export interface Link {
  readonly via: 'websocket' | 'stream' | 'tab';
  /** Call this only between `opened` and `ended`. */
  send(frame: ClientFrame): void;
  /** Checks now whether the other side is still alive. May be called at any time. */
  check(): void;
  close(): void;
}

/** The dependencies of a link. */
export interface TransportContext {
  readonly url: string;
  /**
   * Resolves to undefined if no user is signed in. A rejection, always with a TidingsError, is temporary.
   * @param fresh whether the current token is about to expire
   */
  token(fresh?: boolean): Promise<string | undefined>;
  report(error: TidingsError): void;
  /** Aborted when the application closes the client. Until then another link may follow this one. */
  readonly wanted: AbortSignal;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly fetch: typeof fetch;
  /** How long the other side may take to answer, in milliseconds. */
  readonly requestTimeoutMs: number;
}

export type Transport = (context: TransportContext, events: LinkEvents) => Link;
