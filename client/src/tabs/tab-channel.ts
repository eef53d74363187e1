/** The used part of a BroadcastChannel, which has no type without the DOM library. */
interface Broadcast {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
  close(): void;
}

/** A typed BroadcastChannel: a message reaches all other instances of the same name, in this tab too. */
export class TabChannel<Message> {
  readonly #channel: Broadcast;

  constructor(name: string, heard: (message: Message) => void) {
    const { BroadcastChannel } = globalThis as unknown as { BroadcastChannel: new (name: string) => Broadcast };
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', ({ data }) => heard(data as Message));
  }

  post(message: Message): void {
    this.#channel.postMessage(message);
  }

  close(): void {
    this.#channel.close();
  }
}
