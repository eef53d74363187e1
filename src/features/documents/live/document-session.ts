import { OutgoingMessage, type Connection } from '@hocuspocus/server';
import * as encoding from 'lib0/encoding';
import { messageYjsSyncStep2 } from 'y-protocols/sync';
import * as Y from 'yjs';
import type { Principal } from '../../../identity/public/principal.js';
import type { FeatureSocket } from '../../../realtime/public/feature-socket.js';
import type { TidingsError } from '../../../platform/errors.js';
import { DOCUMENT_BYTES, PIECE_BYTES } from '../content/limits.js';
import { foreignClient } from '../document.errors.js';
import type { ClientMessage } from './client-message.js';
import type { Accepted, OpenDocument } from './open-document.js';
import type { OwnClients } from './own-clients.js';

/** One client's hold on one document. */
export class DocumentSession {
  /** Counts the changes of this user's rights that have been heard of. */
  rightsVersion = 0;
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  private markReady: () => void = () => undefined;
  private markEnded: () => void = () => undefined;
  private mayWrite = false;
  private isRefused = false;
  private lastStored: Promise<void> = Promise.resolve();
  private unacknowledged = 0;
  private connection: Connection | undefined;
  private document: OpenDocument | undefined;

  constructor(
    readonly documentId: string,
    readonly workspaceId: string,
    private readonly socket: FeatureSocket,
    readonly clients: OwnClients,
  ) {
    this.ready = new Promise((resolve) => (this.markReady = resolve));
    this.ended = new Promise((resolve) => (this.markEnded = resolve));
  }

  get principal(): Principal {
    return this.socket.principal;
  }

  get canWrite(): boolean {
    return this.mayWrite && !this.isRefused && this.socket.isOpen;
  }

  /** Whether it is in, and hasn't ended. */
  get isEstablished(): boolean {
    return this.connection !== undefined && this.socket.isOpen;
  }

  established(connection: Connection, document: OpenDocument): void {
    this.connection = connection;
    this.document = document;
    // What is written is taken in before Hocuspocus sees it: by itself it must never change the document.
    connection.readOnly = true;
    connection.onClose(() => this.end());
    // Hocuspocus has told the client that it may write.
    if (!this.canWrite) this.tellScope();
    this.markReady();
  }

  end(): void {
    this.mayWrite = false;
    this.markReady();
    this.markEnded();
  }

  /** A client that may write again is asked for what it has that the document hasn't. */
  allowWriting(mayWrite: boolean): void {
    if (mayWrite === this.mayWrite) return;
    this.mayWrite = mayWrite;
    this.tellScope();
    if (this.canWrite) this.askForMore();
  }

  /** Whatever was accepted before is committed or has failed. */
  async settled(): Promise<void> {
    await this.lastStored.catch(() => undefined);
  }

  /**
   * Under which ids of Yjs clients an update brings something new.
   * @throws `document.invalid-update`
   */
  clientsIn(update: Uint8Array): number[] {
    return this.document?.newIn(update) ?? [];
  }

  /**
   * @param clientIds what `clientsIn` says of it
   * @returns undefined when the document isn't open, or can't be kept up any more
   * @throws `document.foreign-client`, `document.invalid-update`, `document.too-large`
   */
  async accept(
    { kind, body }: Pick<ClientMessage, 'kind' | 'body'>,
    clientIds: readonly number[],
  ): Promise<Accepted | undefined> {
    if (this.document === undefined || this.document.hasEnded) return undefined;
    if (!(await this.clients.mayWrite(clientIds))) throw foreignClient();
    // Asking took a while.
    if (!this.canWrite || !this.socket.rightsHold) return undefined;
    const maxPieceBytes = kind === 'everything' ? DOCUMENT_BYTES : PIECE_BYTES;
    const accepted = this.document.accept(body, this.principal.userId, maxPieceBytes);
    if (accepted !== undefined) this.lastStored = accepted.stored;
    return accepted;
  }

  /** A client that may not write changes something. */
  decline(): void {
    this.tell((message) => message.writeSyncStatus(false));
  }

  /** A client that may not write says what it has: when that is nothing new, it hears that all of it is there. */
  compare(update: Uint8Array): void {
    const { document } = this;
    if (document !== undefined) this.tell((message) => message.writeSyncStatus(document.hasAllOf(update)));
  }

  /**
   * Gives the client what it lacks.
   * @throws Error when the state vector can't be read
   */
  answer(stateVector: Uint8Array): void {
    const document = this.connection?.document;
    if (document === undefined) return;
    const update = Y.encodeStateAsUpdate(document, stateVector);
    this.tell((message) => {
      const answer = message.createSyncMessage();
      encoding.writeVarUint(answer.encoder, messageYjsSyncStep2);
      encoding.writeVarUint8Array(answer.encoder, update);
      return answer;
    });
  }

  /** This client's changes can't be taken: from now on it only reads, until it comes again. */
  refuse(error: TidingsError): void {
    this.isRefused = true;
    this.tellScope();
    this.tellError(error);
  }

  tellError({ code, message }: TidingsError): void {
    const payload = { code, message, temporary: false };
    this.connection?.sendStateless(JSON.stringify({ type: 'error', payload }));
  }

  /** The answer to it will have all that is missing. */
  lacksMore(): void {
    this.unacknowledged += 1;
    this.askForMore();
  }

  /** Also those changes that were incomplete before. */
  acknowledge(): void {
    for (; this.unacknowledged >= 0; this.unacknowledged--) this.tell((message) => message.writeSyncStatus(true));
    this.unacknowledged = 0;
  }

  leave(reason: Parameters<FeatureSocket['close']>[0]): void {
    this.socket.close(reason);
    // Not only once the client has said goodbye: Hocuspocus keeps a document as long as a connection to it is left.
    this.connection?.close();
  }

  private tellScope(): void {
    this.tell((message) => message.writeAuthenticated(!this.canWrite));
  }

  askForMore(): void {
    const document = this.connection?.document;
    if (document !== undefined) this.tell((message) => message.createSyncMessage().writeFirstSyncStepFor(document));
  }

  private tell(write: (message: OutgoingMessage) => OutgoingMessage): void {
    this.connection?.send(write(new OutgoingMessage(this.documentId)).toUint8Array());
  }
}
