import { HocuspocusProvider, HocuspocusProviderWebsocket, WebSocketStatus } from '@hocuspocus/provider';
import * as Y from 'yjs';
import { base } from '../../api/base.js';
import { session } from '../../session/session.js';
import { colourOf } from './person-colour.js';

/** An error that the server reports to the author of a change. */
export interface Rejection {
  readonly code: string;
  readonly message: string;
}

/** A user of a document, as its window says in the awareness. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface SessionState {
  readonly isConnected: boolean;
  /** Whether the content has arrived; stays true when the connection is lost. */
  readonly isLoaded: boolean;
  readonly hasUnsaved: boolean;
  /** Whether the server takes changes of this window. */
  readonly canWrite: boolean;
  /** Why the server does not let this window into the document; it does not try again by itself. */
  readonly refusal: string | undefined;
  readonly rejection: Rejection | undefined;
  /** The people who have the document open, this user included. */
  readonly people: readonly Person[];
}

const START: SessionState = {
  isConnected: false,
  isLoaded: false,
  hasUnsaved: false,
  canWrite: false,
  refusal: undefined,
  rejection: undefined,
  people: [],
};

/** How often the token is looked at; the session renews it a minute before it expires. */
const TOKEN_CHECK_MS = 20_000;

/** One window's connection with one document. A `Y.Doc` belongs to one user: another user needs another session. */
export class DocumentSession {
  readonly doc = new Y.Doc();
  readonly provider: HocuspocusProvider;
  #state = START;
  #sentToken: string | undefined;
  #needsFreshToken = false;
  readonly #socket: HocuspocusProviderWebsocket;
  readonly #watchers = new Set<() => void>();
  readonly #tokenCheck: ReturnType<typeof setInterval>;

  constructor(documentId: string, user: Person) {
    this.#socket = new HocuspocusProviderWebsocket({
      url: `${base.replace(/^http/, 'ws')}/documents`,
      maxDelay: 10_000,
    });
    this.provider = new HocuspocusProvider({
      websocketProvider: this.#socket,
      name: documentId,
      document: this.doc,
      token: () => this.#token(),
    });
    this.#follow();
    this.provider.setAwarenessField('user', { id: user.id, name: user.name, color: colourOf(user.id).hex });
    this.provider.attach();
    this.#tokenCheck = setInterval(() => void this.#extend(), TOKEN_CHECK_MS);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** @returns a function that ends the watch */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  close(): void {
    clearInterval(this.#tokenCheck);
    this.#watchers.clear();
    this.provider.destroy();
    this.#socket.destroy();
    this.doc.destroy();
  }

  #set(change: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...change };
    for (const watcher of this.#watchers) watcher();
  }

  #follow(): void {
    const { provider } = this;
    provider.on('status', ({ status }: { status: WebSocketStatus }) => {
      if (status !== WebSocketStatus.Connected) this.#set({ isConnected: false });
    });
    provider.on('close', ({ event }: { event: { code: number } }) => {
      // 4001 and 4401: the token is no longer valid.
      this.#needsFreshToken ||= event.code === 4001 || event.code === 4401;
    });
    provider.on('authenticated', ({ scope }: { scope: string }) =>
      this.#set({ isConnected: true, canWrite: scope === 'read-write', refusal: undefined }),
    );
    provider.on('authenticationFailed', ({ reason }: { reason: string }) => this.#refused(reason));
    provider.on('synced', () => this.#set({ isLoaded: true }));
    provider.on('unsyncedChanges', () => this.#set({ hasUnsaved: provider.hasUnsyncedChanges }));
    provider.on('stateless', ({ payload }: { payload: string }) => {
      const message = JSON.parse(payload) as { type: string; payload: Rejection };
      if (message.type === 'error') this.#set({ rejection: message.payload });
    });
    provider.on('awarenessChange', () => this.#set({ people: this.#people() }));
  }

  #refused(reason: string): void {
    if (reason === 'permission-denied' || reason === 'too-many-documents') {
      this.#socket.disconnect();
      this.#set({ isConnected: false, refusal: reason });
      return;
    }
    this.#needsFreshToken ||= reason.startsWith('auth.');
    // The provider would go on without a valid token; a new connection sends another one.
    this.#socket.webSocket?.close();
  }

  async #token(): Promise<string> {
    const token = (await session.token(this.#needsFreshToken)) ?? '';
    this.#needsFreshToken = false;
    this.#sentToken = token;
    return token;
  }

  /** Sends a renewed token, which extends the connection. */
  async #extend(): Promise<void> {
    const token = await session.token().catch(() => undefined);
    if (token !== undefined && token !== this.#sentToken && this.#state.isConnected) await this.provider.sendToken();
  }

  #people(): Person[] {
    const people = new Map<string, Person>();
    for (const { user } of this.provider.awareness?.getStates().values() ?? []) {
      const { id, name } = (user ?? {}) as Partial<Person>;
      if (typeof id === 'string') people.set(id, { id, name: String(name) });
    }
    return [...people.values()].toSorted((one, other) => one.id.localeCompare(other.id));
  }
}
