import { HocuspocusProvider, HocuspocusProviderWebsocket, type onCloseParameters } from '@hocuspocus/provider';
import { WebSocket } from 'ws';
import * as Y from 'yjs';

/** A person in a document, with the client that people have. */
export class Writer {
  readonly doc = new Y.Doc();
  readonly provider: HocuspocusProvider;
  /** The codes with which connections have ended. */
  readonly closes: number[] = [];
  private readonly websocketProvider: HocuspocusProviderWebsocket;
  private typing: NodeJS.Timeout | undefined;
  private count = 0;

  /** @param urlOf asked at each attempt to connect */
  constructor(urlOf: () => string, document: string, token: string, clientId?: number) {
    if (clientId !== undefined) this.doc.clientID = clientId;
    this.websocketProvider = new HocuspocusProviderWebsocket({
      url: 'ws://asked-each-time',
      WebSocketPolyfill: class extends WebSocket {
        constructor() {
          super(`${urlOf().replace(/^http/, 'ws')}/documents`);
          // Also when it is cut off before it is connected; the provider hears of the close.
          this.on('error', () => undefined);
        }
      },
      delay: 50,
      minDelay: 50,
      maxDelay: 500,
    });
    const { websocketProvider, doc } = this;
    this.provider = new HocuspocusProvider({ websocketProvider, name: document, document: doc, token });
    this.provider.on('close', ({ event }: onCloseParameters) => this.closes.push(event.code));
    this.provider.attach();
  }

  get text(): Y.Text {
    return this.doc.getText('content');
  }

  /** Whether it has all that the server had, and the server has acknowledged all that was typed. */
  get isSynced(): boolean {
    return this.provider.synced && !this.provider.hasUnsyncedChanges;
  }

  /** How many words have been typed: the next one has this number. */
  get typed(): number {
    return this.count;
  }

  /** Types numbered words at the end of the text until `stopTyping`. */
  startTyping(name: string, everyMs = 5): void {
    this.typing = setInterval(() => this.text.insert(this.text.length, `${name}${this.count++} `), everyMs);
  }

  stopTyping(): void {
    clearInterval(this.typing);
  }

  /** The numbers of the words of that name that are in the text, in the order of the text. */
  numbersOf(name: string): number[] {
    const words = this.text.toString().split(' ');
    return words.filter((word) => word.startsWith(name)).map((word) => Number(word.slice(name.length)));
  }

  /** As if the network had cut it off for a moment. */
  reconnect(): void {
    this.websocketProvider.webSocket?.close();
  }

  leave(): void {
    this.stopTyping();
    this.provider.destroy();
    this.websocketProvider.destroy();
  }
}
