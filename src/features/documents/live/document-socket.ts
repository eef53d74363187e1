import { MessageType, OutgoingMessage } from '@hocuspocus/server';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import * as encoding from 'lib0/encoding';
import { Allowance } from '../../../platform/allowance/allowance.js';
import { TidingsError } from '../../../platform/errors/define-error.js';
import type { FeatureSocket } from '../../../realtime/contracts/feature-socket.js';
import { readMessage, type ClientMessage } from './client-message.js';
import type { DocumentSession } from './document-session.js';
import { ownAwareness } from './own-awareness.js';

const MOST_WAITING = 32;
const MOST_DOCUMENTS = 16;
/** What one client may ask of us: so much at once, then so much a second. What comes faster waits in the kernel. */
const MESSAGES_OF_CLIENT = { burst: 600, perSecond: 200 };
/** Answering it takes a walk through the whole document. */
const COST_OF_ASKING = 40;
const BYTES_PER_COST = 8_192;
const OPEN = 1;
const CLOSED = 3;

export interface Door {
  /** @returns undefined when the client is refused: it has been told why */
  open(socket: DocumentSocket, documentId: string, token: string): Promise<DocumentSession | undefined>;
  /** The client shows another token. From now on the socket lives by that one, or it ends. */
  renew(socket: DocumentSocket, documentId: string, token: string): Promise<void>;
}

/**
 * A client's socket as Hocuspocus gets to see it. Each message is looked at before: who isn't let in says nothing, a
 * change is committed first, and nobody speaks in another's name.
 */
export class DocumentSocket extends EventEmitter {
  binaryType = 'nodebuffer';
  private readonly byDocument = new Map<string, DocumentSession>();
  private readonly waiting: Uint8Array[] = [];
  private working = false;
  private readonly allowance = new Allowance(performance.now(), MESSAGES_OF_CLIENT);

  constructor(
    readonly socket: FeatureSocket,
    private readonly door: Door,
  ) {
    super();
    socket.onMessage((message) => this.receive(message));
    socket.onClose(() => this.end());
  }

  get readyState(): number {
    return this.socket.isOpen ? OPEN : CLOSED;
  }

  session(documentId: string): DocumentSession | undefined {
    return this.byDocument.get(documentId);
  }

  get sessions(): Iterable<DocumentSession> {
    return this.byDocument.values();
  }

  send(bytes: Uint8Array): void {
    this.socket.send(bytes);
  }

  /** Hocuspocus pings by its own clock; the gateway has asked already whether anybody is there. */
  ping(): void {
    this.emit('pong');
  }

  /** Called by Hocuspocus when it can't read a message. */
  close(): void {
    this.socket.close('abuse');
  }

  deny(documentId: string, reason: string): void {
    this.send(new OutgoingMessage(documentId).writePermissionDenied(reason).toUint8Array());
  }

  private receive(message: Uint8Array): void {
    this.waiting.push(message);
    if (this.waiting.length > MOST_WAITING) this.socket.pauseReading();
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let bytes = this.waiting.shift(); bytes !== undefined && this.socket.isOpen; bytes = this.waiting.shift()) {
      const message = readMessage(bytes);
      if (message === undefined) this.close();
      else await this.handle(message, bytes);
      if (this.waiting.length === 0) this.socket.resumeReading();
    }
    this.working = false;
  }

  private async handle(message: ClientMessage, bytes: Uint8Array): Promise<void> {
    await this.afford((message.kind === 'ask' ? COST_OF_ASKING : 1) + bytes.length / BYTES_PER_COST);
    if (message.kind === 'auth') return this.authenticate(message, bytes);
    const session = this.byDocument.get(message.documentId);
    if (session === undefined || !this.socket.isOpen) return;
    if (!this.socket.rightsHold) return this.socket.close('tryLater');
    if (message.kind === 'update' && session.canWrite) return this.take(session, message.body);
    if (message.kind === 'awareness') return this.passAwareness(session, message.body);
    this.pass(bytes);
    // It may open the same document again.
    if (message.kind === 'leave') await session.ended;
  }

  private async afford(cost: number): Promise<void> {
    const waitMs = this.allowance.charge(performance.now(), cost);
    if (waitMs > 0) await delay(waitMs);
  }

  private async authenticate({ documentId, token }: ClientMessage, bytes: Uint8Array): Promise<void> {
    if (this.byDocument.has(documentId)) return this.door.renew(this, documentId, token);
    if (this.byDocument.size >= MOST_DOCUMENTS) return this.deny(documentId, 'too-many-documents');
    const session = await this.door.open(this, documentId, token);
    if (session === undefined) return;
    this.byDocument.set(documentId, session);
    void session.ended.then(() => this.byDocument.delete(documentId));
    this.pass(bytes);
    await session.ready;
  }

  private take(session: DocumentSession, update: Uint8Array): void {
    try {
      const accepted = session.accept(update);
      if (accepted === undefined) return;
      const { stored, isIncomplete } = accepted;
      if (isIncomplete) return session.lacksMore();
      // When it can't be stored, whoever has the document open is sent away.
      void stored.then(
        () => session.acknowledge(),
        () => undefined,
      );
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error;
      session.refuse(error);
    }
  }

  private passAwareness(session: DocumentSession, update: Uint8Array): void {
    const own = ownAwareness(update, session.clientId, session.principal.userId);
    if (own === undefined || !session.maySpeakFor(own.clientId)) return;
    session.clientId = own.clientId;
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, session.documentId);
    encoding.writeVarUint(encoder, MessageType.Awareness);
    encoding.writeVarUint8Array(encoder, own.update);
    this.pass(encoding.toUint8Array(encoder));
  }

  private pass(bytes: Uint8Array): void {
    if (this.socket.isOpen) this.emit('message', bytes);
  }

  private end(): void {
    this.emit('close', 1000, Buffer.alloc(0));
    for (const session of this.byDocument.values()) session.end();
  }
}
