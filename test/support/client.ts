import { WebSocket } from 'ws';
import {
  TidingsClient,
  type Follower,
  type Position,
  type TidingsError,
  type TidingsEvent,
  type TidingsOptions,
} from '../../client/src/tidings.js';
import { eventually } from './eventually.js';

/** The sockets that a client has opened. */
export class Sockets {
  readonly opened: WebSocket[] = [];

  /** The constructor to pass to a client. */
  readonly WebSocket: NonNullable<TidingsOptions['WebSocket']>;

  constructor() {
    const { opened } = this;
    this.WebSocket = class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        opened.push(this);
      }
    };
  }

  /** Simulates a lost network: no close frame. */
  cut(): void {
    this.opened.at(-1)?.terminate();
  }
}

/** Makes a client that reconnects fast, to keep tests short. */
export function makeClient(url: string, token: () => string, options: Partial<TidingsOptions> = {}): TidingsClient {
  return new TidingsClient({
    url,
    getToken: token,
    WebSocket: new Sockets().WebSocket,
    reconnect: { minDelayMs: 20, maxDelayMs: 100 },
    ...options,
  });
}

/** A follower that records every call. */
export class Notes implements Follower {
  readonly events: TidingsEvent[] = [];
  readonly live: Position[] = [];
  readonly refused: TidingsError[] = [];

  onEvent(event: TidingsEvent): void {
    this.events.push(event);
  }

  onLive(position: Position): void {
    this.live.push(position);
  }

  onRefused(error: TidingsError): void {
    this.refused.push(error);
  }

  get offsets(): number[] {
    return this.events.map(({ offset }) => offset);
  }

  has(count: number): Promise<unknown> {
    return eventually(`${count} events arrive`, () => this.events.length >= count);
  }

  isLive(times = 1): Promise<unknown> {
    return eventually('the subscription is live', () => this.live.length >= times);
  }
}

export const isIn = (client: TidingsClient, state: string): Promise<unknown> =>
  eventually(`the client is ${state}`, () => client.status.state === state);
