/** The part of the package `websocket` that the tests use: it has no types. */
declare module 'websocket' {
  interface Events {
    open: unknown;
    message: { readonly data: unknown };
    close: { readonly code: number };
  }

  export class w3cwebsocket {
    constructor(url: string, protocols?: string | readonly string[]);
    addEventListener<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): void;
    send(data: string): void;
    close(): void;
  }
}
