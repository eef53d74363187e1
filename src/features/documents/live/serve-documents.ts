import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Hocuspocus } from '@hocuspocus/server';
import type { IncomingMessage } from 'node:http';
import type { FeatureSocket } from '../../../realtime/public/feature-socket.js';
import { SocketPaths } from '../../../realtime/public/socket-paths.js';
import { DOCUMENT_BYTES, MESSAGE_BYTES } from '../content/limits.js';
import { DocumentSocket } from './document-socket.js';
import { RenewEditingSessions } from './renew-editing-sessions.js';
import { DocumentAuthorizer } from './document-authorizer.js';
import { LiveDocuments } from './live-documents.js';
import { TooLargeClients } from './too-large-clients.js';

/** Serves `/documents`: passes the connections of admitted clients to Hocuspocus. */
@Injectable()
export class ServeDocuments implements OnModuleInit {
  private readonly hocuspocus: Hocuspocus;
  private readonly tooLarge = new TooLargeClients();

  constructor(
    private readonly paths: SocketPaths,
    private readonly authorizer: DocumentAuthorizer,
    private readonly live: LiveDocuments,
    private readonly editingSessions: RenewEditingSessions,
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
          return session.close('tryLater');
        }
        session.establish(connection, document);
        this.editingSessions.begin({ documentId: documentName, userId: session.principal.userId });
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
    const socket = new DocumentSocket(feature, this.authorizer, this.tooLarge);
    const context: Context = { socket };
    // Hocuspocus uses only the part of the ws interface that DocumentSocket has: send, close and listen.
    this.hocuspocus.handleConnection(socket as unknown as HocuspocusSocket, request, context);
    feature.resumeReading();
  }
}

interface Context {
  readonly socket: DocumentSocket;
}

type HocuspocusSocket = Parameters<Hocuspocus['handleConnection']>[0];
