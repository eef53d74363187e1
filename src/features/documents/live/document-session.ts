import { OutgoingMessage, type Connection } from '@hocuspocus/server';
import type { Principal } from '../../../identity/contracts/principal.js';
import type { FeatureSocket } from '../../../realtime/contracts/feature-socket.js';
import type { TidingsError } from '../../../platform/errors/define-error.js';
import type { Accepted, OpenDocument } from './open-document.js';
import { userIdIn } from './own-awareness.js';

/** One client's hold on one document. */
export class DocumentSession {
  /** Counts the changes of this user's rights that have been heard of. */
  rightsVersion = 0;
  /** The one Yjs client that this session speaks for. */
  clientId: number | undefined;
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

  /** @returns undefined before the document is open */
  accept(update: Uint8Array): Accepted | undefined {
    const accepted = this.document?.accept(update, this.principal.userId);
    if (accepted !== undefined) this.lastStored = accepted.stored;
    return accepted;
  }

  /** This client's content can't be taken: from now on it only reads, until it comes again. */
  refuse(error: TidingsError): void {
    this.isRefused = true;
    this.tellScope();
    const payload = { code: error.code, message: error.message, temporary: false };
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

  /** Whether nobody else is known in this document under that id of a Yjs client. */
  maySpeakFor(clientId: number): boolean {
    const said = this.connection?.document.awareness.getStates().get(clientId);
    return said === undefined || userIdIn(said) === this.principal.userId;
  }

  leave(reason: Parameters<FeatureSocket['close']>[0]): void {
    this.socket.close(reason);
  }

  private tellScope(): void {
    this.tell((message) => message.writeAuthenticated(!this.canWrite));
  }

  private askForMore(): void {
    const document = this.connection?.document;
    if (document !== undefined) this.tell((message) => message.createSyncMessage().writeFirstSyncStepFor(document));
  }

  private tell(write: (message: OutgoingMessage) => OutgoingMessage): void {
    this.connection?.send(write(new OutgoingMessage(this.documentId)).toUint8Array());
  }
}
