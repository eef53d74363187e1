import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Hocuspocus } from '@hocuspocus/server';
import type { IncomingMessage } from 'node:http';
import type { FeatureSocket } from '../../../realtime/public/feature-socket.js';
import { SocketPaths } from '../../../realtime/public/socket-paths.js';
import { DOCUMENT_BYTES, MESSAGE_BYTES } from '../content/limits.js';
import { DocumentSocket } from './document-socket.js';
import { KeepVisits } from './keep-visits.js';
import { LetIn } from './let-in.js';
import { LiveDocuments } from './live-documents.js';
import { TooLargeClients } from './too-large-clients.js';

/** Serves `/documents`: hands the clients that are let in to Hocuspocus. */
@Injectable()
export class ServeDocuments implements OnModuleInit {
  private readonly hocuspocus: Hocuspocus;
  private readonly tooLarge = new TooLargeClients();

  constructor(
    private readonly paths: SocketPaths,
    private readonly door: LetIn,
    private readonly live: LiveDocuments,
    private readonly visits: KeepVisits,
  ) {
    this.hocuspocus = new Hocuspocus({
      quiet: true,
      onLoadDocument: ({ document }) => this.live.load(document),
      connected: async ({ context, documentName, connection }) => {
        const document = this.live.find(documentName);
        const session = (context as Context).socket.session(documentName);
        if (session === undefined) return;
        if (document === undefined || document.hasEnded) {
          connection.close();
          return session.leave('tryLater');
        }
        session.established(connection, document);
        this.visits.begin({ documentId: documentName, userId: session.principal.userId });
      },
    });
  }

  onModuleInit(): void {
    this.paths.serve({
      path: '/documents',
      maxMessageBytes: MESSAGE_BYTES,
      maxBufferedBytes: 2 * DOCUMENT_BYTES,
      accept: (socket, request) => this.accept(socket, request),
    });
  }

  private accept(feature: FeatureSocket, request: IncomingMessage): void {
    const socket = new DocumentSocket(feature, this.door, this.tooLarge);
    const context: Context = { socket };
    // Of ws it uses what DocumentSocket has: to send, to close and to listen.
    this.hocuspocus.handleConnection(socket as unknown as HocuspocusSocket, request, context);
    feature.resumeReading();
  }
}

interface Context {
  readonly socket: DocumentSocket;
}

type HocuspocusSocket = Parameters<Hocuspocus['handleConnection']>[0];
