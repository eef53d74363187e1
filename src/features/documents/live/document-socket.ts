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

const MAX_QUEUED = 32;
const MAX_QUEUED_BYTES = 2 * 1024 * 1024;
const MAX_DOCUMENTS = 16;
/** The rate limit for one client. Messages beyond it wait in the kernel's buffer. */
const MESSAGE_RATE = { burst: 600, perSecond: 200 };
/** A sync walks through the whole document. */
const SYNC_COST = 40;
const BYTES_PER_COST = 8_192;
const OPEN = 1;
const CLOSED = 3;

export interface Authorizer {
  /** @returns undefined when the client is rejected and has received the reason */
  authorize(socket: DocumentSocket, documentId: string, token: string): Promise<DocumentSession | undefined>;
  /** The client sends another token: from now on the socket depends on that one, or it is closed. */
  reauthorize(socket: DocumentSocket, documentId: string, token: string): Promise<void>;
}

/**
 * A client's socket in the form that Hocuspocus expects. It checks each message first: a client has to be authorized, a
 * change is committed before it is shown, and awareness carries the id of its own user.
 */
export class DocumentSocket extends EventEmitter {
  binaryType = 'nodebuffer';
  private readonly logger = new Logger(DocumentSocket.name);
  private readonly byDocument = new Map<string, DocumentSession>();
  private readonly queue: Uint8Array[] = [];
  private queuedBytes = 0;
  private isWorking = false;
  private readonly bucket = new TokenBucket(performance.now(), MESSAGE_RATE);

  constructor(
    readonly socket: FeatureSocket,
    private readonly authorizer: Authorizer,
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

  /** Hocuspocus sends its own pings; the gateway's heartbeat has checked the connection already. */
  ping(): void {
    this.emit('pong');
  }

  /** Called by Hocuspocus for a malformed message. */
  close(): void {
    this.socket.close('abuse');
  }

  deny(documentId: string, reason: string): void {
    this.send(new OutgoingMessage(documentId).writePermissionDenied(reason).toUint8Array());
  }

  private receive(message: Uint8Array): void {
    this.queue.push(message);
    this.queuedBytes += message.length;
    if (this.queue.length > MAX_QUEUED || this.queuedBytes > MAX_QUEUED_BYTES) this.socket.pauseReading();
    if (!this.isWorking) void this.processQueue();
  }

  private async processQueue(): Promise<void> {
    this.isWorking = true;
    for (let bytes = this.queue.shift(); bytes !== undefined && this.socket.isOpen; bytes = this.queue.shift()) {
      await this.handleOrClose(bytes);
      this.queuedBytes -= bytes.length;
      if (this.queue.length === 0) this.socket.resumeReading();
    }
    this.isWorking = false;
  }

  private async handleOrClose(bytes: Uint8Array): Promise<void> {
    const message = readMessage(bytes);
    if (message === undefined) return this.close();
    try {
      await this.handle(message, bytes);
    } catch (error) {
      this.logger.warn({ msg: 'handling a message failed', documentId: message.documentId, err: error });
      this.socket.close('tryLater');
    }
  }

  private async handle(message: ClientMessage, bytes: Uint8Array): Promise<void> {
    await this.throttle((message.kind === 'syncStep1' ? SYNC_COST : 1) + bytes.length / BYTES_PER_COST);
    if (message.kind === 'auth') return this.authenticate(message, bytes);
    const session = this.byDocument.get(message.documentId);
    if (session === undefined || !this.socket.isOpen) return;
    if (!this.socket.rightsHold) return this.socket.close('tryLater');
    switch (message.kind) {
      case 'syncStep1':
        return this.answer(session, message.body);
      case 'update':
        return session.canWrite ? this.acceptUpdate(session, message) : session.decline();
      case 'syncStep2':
        return session.canWrite ? this.acceptUpdate(session, message) : this.compare(session, message.body);
      case 'awareness':
        return this.forwardAwareness(session, message.body);
      case 'leave':
        this.forward(bytes);
        // The client may open the same document again.
        return session.ended;
      case 'other':
      // Needs no answer: every client gets the awareness states anyway.
    }
  }

  private async throttle(cost: number): Promise<void> {
    const waitMs = this.bucket.charge(performance.now(), cost);
    if (waitMs > 0) await delay(waitMs);
  }

  private async authenticate({ documentId, token }: ClientMessage, bytes: Uint8Array): Promise<void> {
    if (this.byDocument.has(documentId)) return this.authorizer.reauthorize(this, documentId, token);
    if (this.byDocument.size >= MAX_DOCUMENTS) return this.deny(documentId, 'too-many-documents');
    const session = await this.authorizer.authorize(this, documentId, token);
    if (session === undefined) return;
    this.byDocument.set(documentId, session);
    void session.ended.then(() => this.byDocument.delete(documentId));
    this.forward(bytes);
    await session.ready;
  }

  /** Hocuspocus prints malformed input, so it only gets messages that were decoded here. */
  private answer(session: DocumentSession, stateVector: Uint8Array): void {
    if (stateVector.length > STATE_VECTOR_BYTES) return this.close();
    try {
      session.answer(stateVector);
      if (this.tooLarge.has(session.documentId, stateVector)) session.reject(updateTooLarge());
      else session.requestState();
    } catch {
      this.close();
    }
  }

  private async compare(session: DocumentSession, update: Uint8Array): Promise<void> {
    await this.throttle(SYNC_COST);
    session.compare(update);
  }

  private async acceptUpdate(session: DocumentSession, message: ClientMessage): Promise<void> {
    try {
      const clientIds = session.clientsIn(message.body);
      // Each Yjs client id may become a row in the database.
      if (clientIds.length > 1) await this.throttle(clientIds.length);
      const accepted = await session.accept(message, clientIds);
      if (accepted === undefined) return;
      const { stored, isIncomplete, rejection } = accepted;
      // Sent before the content disappears from the client's document, so that the client can still save it.
      if (rejection !== undefined) session.sendError(rejection);
      if (isIncomplete) return session.requestMissing();
      // If storing fails, every session of the document is closed.
      void stored.then(
        () => session.acknowledge(),
        () => undefined,
      );
    } catch (error) {
      if (!(error instanceof TidingsError)) throw error;
      session.reject(error);
    }
  }

  private async forwardAwareness(session: DocumentSession, update: Uint8Array): Promise<void> {
    const own = ownAwareness(update, session.clients.shown, session.principal.userId);
    if (own === undefined || !(await session.clients.canShow(own.clientId))) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, session.documentId);
    encoding.writeVarUint(encoder, MessageType.Awareness);
    encoding.writeVarUint8Array(encoder, own.update);
    this.forward(encoding.toUint8Array(encoder));
  }

  private forward(bytes: Uint8Array): void {
    if (this.socket.isOpen) this.emit('message', bytes);
  }

  private end(): void {
    // With several documents open, the message cannot be attributed to one of them.
    const [session] = this.byDocument.size === 1 ? this.byDocument.values() : [];
    if (this.socket.sentTooLarge && session?.clients.shown !== undefined)
      this.tooLarge.add(session.documentId, session.clients.shown);
    this.emit('close', 1000, Buffer.alloc(0));
    for (const session of this.byDocument.values()) session.end();
  }
}
