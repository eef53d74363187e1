import { OutgoingMessage, type Connection } from '@hocuspocus/server';
import type { Principal } from '../../../identity/contracts/principal.js';
import type { FeatureSocket } from '../../../realtime/contracts/feature-socket.js';
import type { TidingsError } from '../../../platform/errors/define-error.js';
import type { Accepted, OpenDocument } from './open-document.js';

/** One client's hold on one document. */
export class DocumentSession {
  /** Counts the changes of this user's rights that have been heard of. */
  rightsVersion = 0;
  /** The one Yjs client that this session speaks for. */
  clientId: number | undefined;
  readonly ready: Promise<void>;
  private markReady: () => void = () => undefined;
  private mayWrite = false;
  private isRefused = false;
  private lastStored: Promise<void> = Promise.resolve();
  private unacknowledged = 0;
  private connection: Connection | undefined;
  private document: OpenDocument | undefined;

  constructor(
    readonly documentId: string,
    readonly workspaceId: string,
    readonly principal: Principal,
    private readonly socket: FeatureSocket,
  ) {
    this.ready = new Promise((resolve) => (this.markReady = resolve));
    socket.onClose(() => this.markReady());
  }

  get canWrite(): boolean {
    return this.mayWrite && !this.isRefused && this.socket.isOpen;
  }

  established(connection: Connection, document: OpenDocument): void {
    this.connection = connection;
    this.document = document;
    connection.readOnly = !this.canWrite;
    this.markReady();
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

  acknowledgeEarlier(): void {
    for (; this.unacknowledged > 0; this.unacknowledged--) this.tell((message) => message.writeSyncStatus(true));
  }

  leave(reason: Parameters<FeatureSocket['close']>[0]): void {
    this.socket.close(reason);
  }

  private tellScope(): void {
    if (this.connection === undefined) return;
    this.connection.readOnly = !this.canWrite;
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
