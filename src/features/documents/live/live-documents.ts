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
import type { EditingSession } from '../storage/editing-sessions.js';
import type { DocumentSession } from './document-session.js';
import { OpenDocument, type DocumentNode } from './open-document.js';

const POLL_MS = 2_000;
const AWARENESS_TOPIC = 'document-awareness';
/** The origin of awareness from other nodes, which must not be published again. */
const OTHER_NODE = 'other node';

interface AwarenessChange {
  readonly added: number[];
  readonly updated: number[];
  readonly removed: number[];
}

interface Opened {
  readonly document: OpenDocument;
  readonly live: Document;
  /** Settles when Hocuspocus has unloaded the document. */
  readonly closed: Promise<void>;
  /** The recovery that runs after the document failed. */
  recovery?: Promise<void>;
}

/** Hocuspocus prints the message of an error from its hooks. This one has none: the logger has the cause. */
class NotLoaded extends Error {
  override readonly message = '';
}

/** The documents and sessions that are open on this node. The database is the truth; the bus only carries hints. */
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
      this.bus.listen(DOCUMENT_TOPIC, (message) => this.receiveHint(message)),
      this.bus.listen(AWARENESS_TOPIC, (message) => this.receiveAwareness(message)),
    ];
    const onError = (error: unknown) => this.logger.warn({ msg: 'polling documents failed', err: error });
    const stopPolling = runEvery(POLL_MS, () => this.poll(), onError);
    this.stop = async () => {
      for (const stop of stops) stop();
      await stopPolling();
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

  /** The editing sessions of this node's clients; a user with several tabs appears several times. */
  *editingSessions(): Iterable<EditingSession> {
    for (const { isEstablished, documentId, principal } of this.sessions) {
      if (isEstablished) yield { documentId, userId: principal.userId };
    }
  }

  add(session: DocumentSession): void {
    this.sessions.add(session);
    void session.ended.then(() => this.sessions.delete(session));
  }

  /** Settles when no failed document of this id is open: Hocuspocus would give it to the next client. */
  async waitForEnded(id: string): Promise<void> {
    for (let opened = this.open.get(id); opened?.document.hasEnded === true; opened = this.open.get(id)) {
      await opened.closed;
      await opened.recovery;
    }
  }

  /** Loads a document that Hocuspocus opens, and drops it when Hocuspocus unloads it. */
  async load(live: Document): Promise<void> {
    const id = live.name;
    const document = new OpenDocument(id, live, this.log, this);
    try {
      await document.load();
    } catch (error) {
      document.fail(error);
      throw new NotLoaded();
    }
    const closed = new Promise<void>((resolve) => live.once('destroy', () => resolve(this.forget(document))));
    this.open.set(id, { document, live, closed });
    live.awareness.on('update', (change: AwarenessChange, origin: unknown) =>
      this.publishAwarenessChange(live, change, origin),
    );
    this.bus.publish(AWARENESS_TOPIC, id);
  }

  stored(id: string, { seq, mark, previous }: Appended, bytes: Uint8Array): void {
    const whole = writeHint({ id, seq, piece: { bytes, mark, previous } });
    this.bus.publish(DOCUMENT_TOPIC, whole, [whole.length <= BUS_MESSAGE_BYTES ? whole : writeHint({ id, seq })]);
  }

  failed(document: OpenDocument, error: unknown): void {
    const { id } = document;
    if (error instanceof TidingsError) return this.closeSessions(id, 'forbidden');
    this.logger.error({ msg: 'a document failed and was closed', documentId: id, err: error });
    const opened = this.open.get(id);
    if (error instanceof HistoryWentBack && opened?.document === document) opened.recovery = this.recover(document);
    this.closeSessions(id, error instanceof HistoryWentBack ? 'stateLost' : 'tryLater');
  }

  /** Restores the content that this node had committed before the history went back; clients resend the rest. */
  private async recover({ id, live }: OpenDocument): Promise<void> {
    try {
      const appended = await this.log.recoverFrom(id, live);
      this.logger.warn({
        msg: 'a document recovered the content that its history had lost',
        documentId: id,
        seq: appended?.seq,
      });
      if (appended !== undefined) this.bus.publish(DOCUMENT_TOPIC, writeHint({ id, seq: appended.seq }));
    } catch (error) {
      this.logger.error({
        msg: 'a document could not recover the content that its history had lost',
        documentId: id,
        err: error,
      });
    }
  }

  private forget(document: OpenDocument): void {
    if (this.open.get(document.id)?.document === document) this.open.delete(document.id);
  }

  private receiveHint(message: string): void {
    const { id, ...hint } = readHint(message);
    if (hint.seq === undefined) return this.closeSessions(id, 'forbidden');
    this.find(id)?.receiveHint(hint);
  }

  private async poll(): Promise<void> {
    const documents = [...this.open.values()].flatMap(({ document }) => (document.hasEnded ? [] : [document]));
    if (documents.length === 0) return;
    const known = new Map(documents.map(({ id, position }) => [id, position]));
    const positionStatuses = await this.log.positionStatuses(known);
    for (const document of documents) {
      const status = positionStatuses.get(document.id);
      if (status === undefined) this.closeSessions(document.id, 'forbidden');
      else if (status.contains) document.receiveHint({ seq: status.head });
      else document.fail(new HistoryWentBack(known.get(document.id) ?? START));
    }
  }

  /** A client that reconnects gets the stored document and resends its own changes. */
  private closeSessions(id: string, reason: Parameters<DocumentSession['close']>[0]): void {
    for (const session of this.sessions) if (session.documentId === id) session.close(reason);
  }

  private publishAwarenessChange(live: Document, { added, updated, removed }: AwarenessChange, origin: unknown): void {
    if (origin === OTHER_NODE) return;
    for (const client of [...added, ...updated, ...removed]) this.publishAwareness(live, client);
  }

  private publishAwareness(live: Document, client: number): void {
    const update = Buffer.from(encodeAwarenessUpdate(live.awareness, [client])).toString('base64');
    const message = `${live.name} ${update}`;
    if (message.length <= BUS_MESSAGE_BYTES) this.bus.publish(AWARENESS_TOPIC, message);
  }

  /** A message without an update is a request: another node has opened the document and needs all awareness states. */
  private receiveAwareness(message: string): void {
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
