import { HocuspocusProvider, HocuspocusProviderWebsocket, type onCloseParameters } from '@hocuspocus/provider';
import { WebSocket } from 'ws';
import * as Y from 'yjs';

/** A user who edits a document through the Hocuspocus provider. */
export class Writer {
  readonly doc = new Y.Doc();
  readonly provider: HocuspocusProvider;
  /** The close codes of ended connections. */
  readonly closes: number[] = [];
  private readonly websocketProvider: HocuspocusProviderWebsocket;
  private typing: NodeJS.Timeout | undefined;
  private count = 0;

  /** @param urlOf called for each connection attempt */
  constructor(urlOf: () => string, document: string, token: string, clientId?: number) {
    if (clientId !== undefined) this.doc.clientID = clientId;
    this.websocketProvider = new HocuspocusProviderWebsocket({
      url: 'ws://asked-each-time',
      WebSocketPolyfill: class extends WebSocket {
        constructor() {
          super(`${urlOf().replace(/^http/, 'ws')}/documents`);
          // The socket may fail before it connects; the provider handles the close.
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

  /** Whether the document has all updates of the server and the server has acknowledged all local ones. */
  get isSynced(): boolean {
    return this.provider.synced && !this.provider.hasUnsyncedChanges;
  }

  /** The number of words typed so far, and the number of the next one. */
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

  /** The numbers of the words with this name, in the order of the text. */
  numbersOf(name: string): number[] {
    const words = this.text.toString().split(' ');
    return words.filter((word) => word.startsWith(name)).map((word) => Number(word.slice(name.length)));
  }

  /** Drops the connection; the provider reconnects. */
  reconnect(): void {
    this.websocketProvider.webSocket?.close();
  }

  leave(): void {
    this.stopTyping();
    this.provider.destroy();
    this.websocketProvider.destroy();
  }
}
