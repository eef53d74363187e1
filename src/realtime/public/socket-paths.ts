import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { FeatureSocket } from './feature-socket.js';

/** A WebSocket path besides `/ws`. Origins and connection limits are checked before `accept`. */
export interface SocketPath {
  readonly path: `/${string}`;
  /** A client that sends a larger message is closed with 1009. */
  readonly maxMessageBytes: number;
  /** A client that leaves more than this unread is closed with 4500. */
  readonly maxBufferedBytes: number;
  accept(socket: FeatureSocket, request: IncomingMessage): void;
}

/** The WebSocket paths that features serve in this process. */
@Injectable()
export class SocketPaths {
  private readonly served = new Map<string, SocketPath>();

  /** @throws Error if the path is served already */
  serve(path: SocketPath): void {
    if (this.served.has(path.path)) throw new Error(`The WebSocket path ${path.path} is served twice.`);
    this.served.set(path.path, path);
  }

  at(path: string): SocketPath | undefined {
    return this.served.get(path);
  }
}
