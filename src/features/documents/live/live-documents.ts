import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Buffer } from 'node:buffer';
import type { Document } from '@hocuspocus/server';
import { applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { Bus, BUS_MESSAGE_BYTES } from '../../../platform/bus/bus.js';
import { TidingsError } from '../../../platform/errors/define-error.js';
import { FenceNode } from '../../../platform/fence/fence-node.js';
import { repeat } from '../../../platform/repeat/repeat.js';
import { DocumentLog } from '../storage/document-log.js';
import { DOCUMENT_TOPIC, readHint, writeHint } from '../storage/document-hint.js';
import type { Visit } from '../storage/document-visits.js';
import type { DocumentSession } from './document-session.js';
import { OpenDocument, type DocumentNode } from './open-document.js';

const LOOK_EVERY_MS = 2_000;
const AWARENESS_TOPIC = 'document-awareness';
/** By whom what other nodes say is applied: they have told everybody already. */
const OTHER_NODE = 'other node';

interface AwarenessChange {
  readonly added: number[];
  readonly updated: number[];
  readonly removed: number[];
}

/** The documents that are open on this node, and who has them open. The database is the truth; the bus says when to look. */
@Injectable()
export class LiveDocuments implements DocumentNode, OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(LiveDocuments.name);
  private readonly open = new Map<string, { readonly document: OpenDocument; readonly live: Document }>();
  private readonly sessions = new Set<DocumentSession>();
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly log: DocumentLog,
    private readonly bus: Bus,
    private readonly fence: FenceNode,
  ) {}

  get rightsHold(): boolean {
    return this.fence.holdsLease;
  }

  onModuleInit(): void {
    const stops = [
      this.bus.listen(DOCUMENT_TOPIC, (message) => this.hear(message)),
      this.bus.listen(AWARENESS_TOPIC, (message) => this.hearAwareness(message)),
    ];
    const onError = (error: unknown) => this.logger.warn({ msg: 'looking after documents failed', err: error });
    const stopLooking = repeat(LOOK_EVERY_MS, () => this.lookAfter(), onError);
    this.stop = async () => {
      for (const stop of stops) stop();
      await stopLooking();
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  find(id: string): OpenDocument | undefined {
    return this.open.get(id)?.document;
  }

  *sessionsOf(userIds: ReadonlySet<string> | 'everybody'): Iterable<DocumentSession> {
    for (const session of this.sessions) {
      if (userIds === 'everybody' || userIds.has(session.principal.userId)) yield session;
    }
  }

  /** Whom this node serves in which document; the same ones repeatedly, if they have it open repeatedly. */
  *visits(): Iterable<Visit> {
    for (const { isEstablished, documentId, principal } of this.sessions) {
      if (isEstablished) yield { documentId, userId: principal.userId };
    }
  }

  add(session: DocumentSession): void {
    this.sessions.add(session);
    void session.ended.then(() => this.sessions.delete(session));
  }

  /** Fills a document that Hocuspocus opens; it is forgotten when Hocuspocus does. */
  async load(live: Document): Promise<void> {
    const id = live.name;
    const document = new OpenDocument(id, live, this.log, this);
    try {
      await document.load();
    } catch (error) {
      this.failed(id, error);
      throw error;
    }
    this.open.set(id, { document, live });
    live.once('destroy', () => {
      if (this.open.get(id)?.document === document) this.open.delete(id);
    });
    live.awareness.on('update', (change: AwarenessChange, origin: unknown) => this.tellAwareness(live, change, origin));
    this.bus.publish(AWARENESS_TOPIC, id);
  }

  stored(id: string, seq: number, update: Uint8Array): void {
    const whole = writeHint({ id, seq, update });
    this.bus.publish(DOCUMENT_TOPIC, whole, [whole.length <= BUS_MESSAGE_BYTES ? whole : writeHint({ id, seq })]);
  }

  failed(id: string, error: unknown): void {
    if (error instanceof TidingsError) return this.dismiss(id, 'forbidden');
    this.logger.error({ msg: 'a document could not be kept up', documentId: id, err: error });
    this.dismiss(id, 'tryLater');
  }

  private hear(message: string): void {
    const { id, seq, update } = readHint(message);
    if (seq === undefined) return this.dismiss(id, 'forbidden');
    this.find(id)?.hear(seq, update);
  }

  private async lookAfter(): Promise<void> {
    const ids = [...this.open.keys()];
    if (ids.length === 0) return;
    const heads = await this.log.heads(ids);
    for (const id of ids) {
      const head = heads.get(id);
      if (head === undefined) this.dismiss(id, 'forbidden');
      else this.find(id)?.hear(head);
    }
  }

  /** Who comes again gets it from the database, and gives what it still has. */
  private dismiss(id: string, reason: 'forbidden' | 'tryLater'): void {
    for (const session of this.sessions) if (session.documentId === id) session.leave(reason);
  }

  private tellAwareness(live: Document, { added, updated, removed }: AwarenessChange, origin: unknown): void {
    if (origin === OTHER_NODE) return;
    for (const client of [...added, ...updated, ...removed]) this.publishAwareness(live, client);
  }

  private publishAwareness(live: Document, client: number): void {
    const update = Buffer.from(encodeAwarenessUpdate(live.awareness, [client])).toString('base64');
    const message = `${live.name} ${update}`;
    if (message.length <= BUS_MESSAGE_BYTES) this.bus.publish(AWARENESS_TOPIC, message);
  }

  /** Without an update it is a question: another node has opened the document and asks who is there. */
  private hearAwareness(message: string): void {
    const [id = '', update] = message.split(' ');
    const live = this.open.get(id)?.live;
    if (live === undefined) return;
    if (update !== undefined) return applyAwarenessUpdate(live.awareness, Buffer.from(update, 'base64'), OTHER_NODE);
    for (const session of this.sessions) {
      if (session.documentId !== id || session.clientId === undefined) continue;
      if (live.awareness.getStates().has(session.clientId)) this.publishAwareness(live, session.clientId);
    }
  }
}
