import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Buffer } from 'node:buffer';
import type { Document } from '@hocuspocus/server';
import { applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { Bus, BUS_MESSAGE_BYTES } from '../../../platform/bus/bus.js';
import { TidingsError } from '../../../platform/errors.js';
import { FenceNode } from '../../../platform/fence/fence-node.js';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import { DOCUMENT_TOPIC, readHint, writeHint } from '../storage/document-hint.js';
import { DocumentLog, type Appended } from '../storage/document-log.js';
import { HistoryWentBack, START } from '../storage/document-position.js';
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

interface Opened {
  readonly document: OpenDocument;
  readonly live: Document;
  /** Settles when Hocuspocus has forgotten it. */
  readonly closed: Promise<void>;
  /** What is still done with it after it ended. */
  takingBack?: Promise<void>;
}

/** Hocuspocus prints the message of what its hooks throw: this has none, and the logger has told it. */
class NotLoaded extends Error {
  override readonly message = '';
}

/** The documents that are open on this node, and who has them open. The database is the truth; the bus says when to look. */
@Injectable()
export class LiveDocuments implements DocumentNode, OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(LiveDocuments.name);
  private readonly open = new Map<string, Opened>();
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
    const stopLooking = runEvery(LOOK_EVERY_MS, () => this.lookAfter(), onError);
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

  /** Settles when no document of that id is open here that has ended: Hocuspocus would hand it to the next client. */
  async vacated(id: string): Promise<void> {
    for (let opened = this.open.get(id); opened?.document.hasEnded === true; opened = this.open.get(id)) {
      await opened.closed;
      await opened.takingBack;
    }
  }

  /** Fills a document that Hocuspocus opens; it is forgotten when Hocuspocus does. */
  async load(live: Document): Promise<void> {
    const id = live.name;
    const document = new OpenDocument(id, live, this.log, this);
    try {
      await document.load();
    } catch (error) {
      document.giveUp(error);
      throw new NotLoaded();
    }
    const closed = new Promise<void>((resolve) => live.once('destroy', () => resolve(this.forget(document))));
    this.open.set(id, { document, live, closed });
    live.awareness.on('update', (change: AwarenessChange, origin: unknown) => this.tellAwareness(live, change, origin));
    this.bus.publish(AWARENESS_TOPIC, id);
  }

  stored(id: string, { seq, mark, previous }: Appended, bytes: Uint8Array): void {
    const whole = writeHint({ id, seq, piece: { bytes, mark, previous } });
    this.bus.publish(DOCUMENT_TOPIC, whole, [whole.length <= BUS_MESSAGE_BYTES ? whole : writeHint({ id, seq })]);
  }

  failed(document: OpenDocument, error: unknown): void {
    const { id } = document;
    if (error instanceof TidingsError) return this.dismiss(id, 'forbidden');
    this.logger.error({ msg: 'a document could not be kept up', documentId: id, err: error });
    const opened = this.open.get(id);
    if (error instanceof HistoryWentBack && opened?.document === document) opened.takingBack = this.takeBack(document);
    this.dismiss(id, error instanceof HistoryWentBack ? 'stateLost' : 'tryLater');
  }

  /** All of it was committed and shown before the history went back; the clients bring the rest themselves. */
  private async takeBack({ id, live }: OpenDocument): Promise<void> {
    try {
      const appended = await this.log.takeBack(id, live);
      this.logger.warn({ msg: 'a document took back what its history lost', documentId: id, seq: appended?.seq });
      if (appended !== undefined) this.bus.publish(DOCUMENT_TOPIC, writeHint({ id, seq: appended.seq }));
    } catch (error) {
      this.logger.error({ msg: 'a document could not take back what its history lost', documentId: id, err: error });
    }
  }

  private forget(document: OpenDocument): void {
    if (this.open.get(document.id)?.document === document) this.open.delete(document.id);
  }

  private hear(message: string): void {
    const { id, ...hint } = readHint(message);
    if (hint.seq === undefined) return this.dismiss(id, 'forbidden');
    this.find(id)?.hear(hint);
  }

  private async lookAfter(): Promise<void> {
    const documents = [...this.open.values()].flatMap(({ document }) => (document.hasEnded ? [] : [document]));
    if (documents.length === 0) return;
    const known = new Map(documents.map(({ id, position }) => [id, position]));
    const standings = await this.log.standings(known);
    for (const document of documents) {
      const standing = standings.get(document.id);
      if (standing === undefined) this.dismiss(document.id, 'forbidden');
      else if (standing.contains) document.hear({ seq: standing.head });
      else document.giveUp(new HistoryWentBack(known.get(document.id) ?? START));
    }
  }

  /** A client that comes again gets the document from the database, and gives what it still has. */
  private dismiss(id: string, reason: Parameters<DocumentSession['leave']>[0]): void {
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
    for (const { documentId, clients } of this.sessions) {
      if (documentId !== id || clients.shown === undefined) continue;
      if (live.awareness.getStates().has(clients.shown)) this.publishAwareness(live, clients.shown);
    }
  }
}
