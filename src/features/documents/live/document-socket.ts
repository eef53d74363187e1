import { MessageType, OutgoingMessage } from '@hocuspocus/server';
import { Logger } from '@nestjs/common';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import * as encoding from 'lib0/encoding';
import { TokenBucket } from '../../../platform/concurrency/token-bucket.js';
import { TidingsError } from '../../../platform/errors.js';
import type { FeatureSocket } from '../../../realtime/public/feature-socket.js';
import { STATE_VECTOR_BYTES } from '../content/limits.js';
import { updateTooLarge } from '../document.errors.js';
import { readMessage, type ClientMessage } from './client-message.js';
import type { DocumentSession } from './document-session.js';
import { ownAwareness } from './own-awareness.js';
import type { TooLargeClients } from './too-large-clients.js';

const MAX_WAITING = 32;
const MAX_WAITING_BYTES = 2 * 1024 * 1024;
const MAX_DOCUMENTS = 16;
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
  private readonly logger = new Logger(DocumentSocket.name);
  private readonly byDocument = new Map<string, DocumentSession>();
  private readonly waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private working = false;
  private readonly allowance = new TokenBucket(performance.now(), MESSAGES_OF_CLIENT);

  constructor(
    readonly socket: FeatureSocket,
    private readonly door: Door,
    private readonly tooLarge: TooLargeClients,
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
    this.waitingBytes += message.length;
    if (this.waiting.length > MAX_WAITING || this.waitingBytes > MAX_WAITING_BYTES) this.socket.pauseReading();
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let bytes = this.waiting.shift(); bytes !== undefined && this.socket.isOpen; bytes = this.waiting.shift()) {
      await this.handleOrClose(bytes);
      this.waitingBytes -= bytes.length;
      if (this.waiting.length === 0) this.socket.resumeReading();
    }
    this.working = false;
  }

  private async handleOrClose(bytes: Uint8Array): Promise<void> {
    const message = readMessage(bytes);
    if (message === undefined) return this.close();
    try {
      await this.handle(message, bytes);
    } catch (error) {
      this.logger.warn({ msg: 'a message could not be handled', documentId: message.documentId, err: error });
      this.socket.close('tryLater');
    }
  }

  private async handle(message: ClientMessage, bytes: Uint8Array): Promise<void> {
    await this.afford((message.kind === 'ask' ? COST_OF_ASKING : 1) + bytes.length / BYTES_PER_COST);
    if (message.kind === 'auth') return this.authenticate(message, bytes);
    const session = this.byDocument.get(message.documentId);
    if (session === undefined || !this.socket.isOpen) return;
    if (!this.socket.rightsHold) return this.socket.close('tryLater');
    switch (message.kind) {
      case 'ask':
        return this.answer(session, message.body);
      case 'update':
        return session.canWrite ? this.take(session, message) : session.decline();
      case 'everything':
        return session.canWrite ? this.take(session, message) : this.compare(session, message.body);
      case 'awareness':
        return this.passAwareness(session, message.body);
      case 'leave':
        this.pass(bytes);
        // It may open the same document again.
        return session.ended;
      case 'other':
      // The answer to it would be what every client is told anyway.
    }
  }

  private async afford(cost: number): Promise<void> {
    const waitMs = this.allowance.charge(performance.now(), cost);
    if (waitMs > 0) await delay(waitMs);
  }

  private async authenticate({ documentId, token }: ClientMessage, bytes: Uint8Array): Promise<void> {
    if (this.byDocument.has(documentId)) return this.door.renew(this, documentId, token);
    if (this.byDocument.size >= MAX_DOCUMENTS) return this.deny(documentId, 'too-many-documents');
    const session = await this.door.open(this, documentId, token);
    if (session === undefined) return;
    this.byDocument.set(documentId, session);
    void session.ended.then(() => this.byDocument.delete(documentId));
    this.pass(bytes);
    await session.ready;
  }

  /** Hocuspocus prints what it can't read, so it gets nothing that hasn't been read before. */
  private answer(session: DocumentSession, stateVector: Uint8Array): void {
    if (stateVector.length > STATE_VECTOR_BYTES) return this.close();
    try {
      session.answer(stateVector);
      if (this.tooLarge.has(session.documentId, stateVector)) session.refuse(updateTooLarge());
      else session.askForMore();
    } catch {
      this.close();
    }
  }

  private async compare(session: DocumentSession, update: Uint8Array): Promise<void> {
    await this.afford(COST_OF_ASKING);
    session.compare(update);
  }

  private async take(session: DocumentSession, message: ClientMessage): Promise<void> {
    try {
      const clientIds = session.clientsIn(message.body);
      // Each id of a Yjs client may be a row in the database.
      if (clientIds.length > 1) await this.afford(clientIds.length);
      const accepted = await session.accept(message, clientIds);
      if (accepted === undefined) return;
      const { stored, isIncomplete, refusal } = accepted;
      // Before the content is taken out of the client's document: the client may still keep it elsewhere.
      if (refusal !== undefined) session.tellError(refusal);
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

  private async passAwareness(session: DocumentSession, update: Uint8Array): Promise<void> {
    const own = ownAwareness(update, session.clients.shown, session.principal.userId);
    if (own === undefined || !(await session.clients.mayShow(own.clientId))) return;
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
    // Of several documents, nobody knows which one the message was about.
    const [session] = this.byDocument.size === 1 ? this.byDocument.values() : [];
    if (this.socket.sentTooLarge && session?.clients.shown !== undefined)
      this.tooLarge.add(session.documentId, session.clients.shown);
    this.emit('close', 1000, Buffer.alloc(0));
    for (const session of this.byDocument.values()) session.end();
  }
}
