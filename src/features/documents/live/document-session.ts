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

/** One client's session with one document. */
export class DocumentSession {
  /** Counts the changes of this user's rights that reached this node. */
  rightsVersion = 0;
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  private markReady: () => void = () => undefined;
  private markEnded: () => void = () => undefined;
  private hasWriteRight = false;
  private isRejected = false;
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
    return this.hasWriteRight && !this.isRejected && this.socket.isOpen;
  }

  /** Whether Hocuspocus has admitted it, and it has not ended. */
  get isEstablished(): boolean {
    return this.connection !== undefined && this.socket.isOpen;
  }

  establish(connection: Connection, document: OpenDocument): void {
    this.connection = connection;
    this.document = document;
    // Changes are committed before Hocuspocus sees them: it must never change the document itself.
    connection.readOnly = true;
    connection.onClose(() => this.end());
    // Hocuspocus has announced write access to the client.
    if (!this.canWrite) this.sendScope();
    this.markReady();
  }

  end(): void {
    this.hasWriteRight = false;
    this.markReady();
    this.markEnded();
  }

  /** A client that regains the right is asked for the changes that the document lacks. */
  setWriteRight(hasWriteRight: boolean): void {
    if (hasWriteRight === this.hasWriteRight) return;
    this.hasWriteRight = hasWriteRight;
    this.sendScope();
    if (this.canWrite) this.requestState();
  }

  /** Settles when every change that was accepted so far is committed or has failed. */
  async settled(): Promise<void> {
    await this.lastStored.catch(() => undefined);
  }

  /**
   * @returns the ids of Yjs clients from which an update brings something new
   * @throws `document.invalid-update`
   */
  clientsIn(update: Uint8Array): number[] {
    return this.document?.newClientsIn(update) ?? [];
  }

  /**
   * @param clientIds the result of `clientsIn` for this update
   * @returns undefined when the document is not open or has failed
   * @throws `document.foreign-client`, `document.invalid-update`, `document.too-large`
   */
  async accept(
    { kind, body }: Pick<ClientMessage, 'kind' | 'body'>,
    clientIds: readonly number[],
  ): Promise<Accepted | undefined> {
    if (this.document === undefined || this.document.hasEnded) return undefined;
    if (!(await this.clients.canWrite(clientIds))) throw foreignClient();
    // The rights may have changed during the query.
    if (!this.canWrite || !this.socket.rightsHold) return undefined;
    const maxPieceBytes = kind === 'syncStep2' ? DOCUMENT_BYTES : PIECE_BYTES;
    const accepted = this.document.accept(body, this.principal.userId, maxPieceBytes);
    if (accepted !== undefined) this.lastStored = accepted.stored;
    return accepted;
  }

  /** Answers a change of a client without write access. */
  decline(): void {
    this.send((message) => message.writeSyncStatus(false));
  }

  /** Answers the full state of a client without write access: acknowledged when it contains nothing new. */
  compare(update: Uint8Array): void {
    const { document } = this;
    if (document !== undefined) this.send((message) => message.writeSyncStatus(document.hasAllOf(update)));
  }

  /**
   * Sends the client the changes that it lacks.
   * @throws Error when the state vector is malformed
   */
  answer(stateVector: Uint8Array): void {
    const document = this.connection?.document;
    if (document === undefined) return;
    const update = Y.encodeStateAsUpdate(document, stateVector);
    this.send((message) => {
      const reply = message.createSyncMessage();
      encoding.writeVarUint(reply.encoder, messageYjsSyncStep2);
      encoding.writeVarUint8Array(reply.encoder, update);
      return reply;
    });
  }

  /** Rejects this client's change: it can only read until it reconnects. */
  reject(error: TidingsError): void {
    this.isRejected = true;
    this.sendScope();
    this.sendError(error);
  }

  sendError({ code, message }: TidingsError): void {
    const payload = { code, message, temporary: false };
    this.connection?.sendStateless(JSON.stringify({ type: 'error', payload }));
  }

  /** Requests the changes that an incomplete update depends on. */
  requestMissing(): void {
    this.unacknowledged += 1;
    this.requestState();
  }

  /** Acknowledges this change and the incomplete ones before it. */
  acknowledge(): void {
    for (; this.unacknowledged >= 0; this.unacknowledged--) this.send((message) => message.writeSyncStatus(true));
    this.unacknowledged = 0;
  }

  close(reason: Parameters<FeatureSocket['close']>[0]): void {
    this.socket.close(reason);
    // Without waiting for the client's close frame: Hocuspocus keeps a document open as long as it has a connection.
    this.connection?.close();
  }

  private sendScope(): void {
    this.send((message) => message.writeAuthenticated(!this.canWrite));
  }

  requestState(): void {
    const document = this.connection?.document;
    if (document !== undefined) this.send((message) => message.createSyncMessage().writeFirstSyncStepFor(document));
  }

  private send(write: (message: OutgoingMessage) => OutgoingMessage): void {
    this.connection?.send(write(new OutgoingMessage(this.documentId)).toUint8Array());
  }
}
