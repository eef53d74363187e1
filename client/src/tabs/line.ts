/** What is used of a BroadcastChannel. It is no type where there is no DOM. */
interface Broadcast {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
  close(): void;
}

/** What is said over a line is heard by all others of the same name, in this tab too, and not by itself. */
export class Line<Message> {
  readonly #channel: Broadcast;

  constructor(name: string, heard: (message: Message) => void) {
    const { BroadcastChannel } = globalThis as unknown as { BroadcastChannel: new (name: string) => Broadcast };
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', ({ data }) => heard(data as Message));
  }

  say(message: Message): void {
    this.#channel.postMessage(message);
  }

  close(): void {
    this.#channel.close();
  }
}
