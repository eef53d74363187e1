interface SocketEvent {
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** The used part of a WebSocket: of a browser, of Node from 22 on, or of the package `ws`. */
export interface WebSocketLike {
  addEventListener(type: 'message' | 'close', listener: (event: SocketEvent) => void): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
  send(text: string): void;
  close(): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;
