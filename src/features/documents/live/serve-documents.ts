import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Hocuspocus } from '@hocuspocus/server';
import type { IncomingMessage } from 'node:http';
import { Access } from '../../../access/contracts/access.js';
import { Authenticate } from '../../../identity/contracts/authenticate.js';
import type { Principal } from '../../../identity/contracts/principal.js';
import { TidingsError } from '../../../platform/errors/define-error.js';
import type { FeatureSocket } from '../../../realtime/contracts/feature-socket.js';
import { SocketPaths } from '../../../realtime/contracts/socket-paths.js';
import { DOCUMENT_BYTES, MESSAGE_BYTES } from '../content/limits.js';
import { Documents } from '../storage/documents.js';
import { DOCUMENTS_READ, DOCUMENTS_WRITE } from '../documents.declarations.js';
import { DocumentSession } from './document-session.js';
import { DocumentSocket } from './document-socket.js';
import { LiveDocuments } from './live-documents.js';

const DENIED = 'permission-denied';

/** Serves `/documents`: lets clients in and hands them to Hocuspocus. */
@Injectable()
export class ServeDocuments implements OnModuleInit {
  private readonly hocuspocus: Hocuspocus;

  constructor(
    private readonly paths: SocketPaths,
    private readonly authenticate: Authenticate,
    private readonly access: Access,
    private readonly documents: Documents,
    private readonly live: LiveDocuments,
  ) {
    this.hocuspocus = new Hocuspocus({
      quiet: true,
      onLoadDocument: ({ document }) => this.live.load(document),
      connected: async ({ context, documentName, connection }) => {
        const document = this.live.find(documentName);
        const session = (context as Context).socket.session(documentName);
        if (document !== undefined) session?.established(connection, document);
      },
    });
  }

  onModuleInit(): void {
    this.paths.serve({
      path: '/documents',
      mostMessageBytes: MESSAGE_BYTES,
      mostUnsentBytes: 2 * DOCUMENT_BYTES,
      accept: (socket, request) => this.accept(socket, request),
    });
  }

  private accept(feature: FeatureSocket, request: IncomingMessage): void {
    const socket = new DocumentSocket(feature, (...asked) => this.admit(...asked));
    const context: Context = { socket };
    // Of ws it uses what DocumentSocket has: to send, to close and to listen.
    this.hocuspocus.handleConnection(socket as unknown as HocuspocusSocket, request, context);
    feature.resumeReading();
  }

  private async admit(socket: DocumentSocket, documentId: string, token: string): Promise<DocumentSession | undefined> {
    try {
      const principal = await this.identify(socket.socket, token);
      const workspaceId = await this.documents.workspaceOf(documentId);
      const session = new DocumentSession(documentId, workspaceId ?? '', principal, socket.socket);
      this.live.add(session);
      socket.socket.onClose(() => this.live.remove(session));
      if (await this.readRights(session)) return session;
      this.live.remove(session);
      socket.deny(documentId, DENIED);
      socket.socket.close('forbidden');
    } catch (error) {
      socket.deny(documentId, error instanceof TidingsError ? error.code : 'internal');
      const isCredential = error instanceof TidingsError && error.kind === 'unauthenticated';
      socket.socket.close(isCredential ? 'unauthenticated' : 'tryLater');
    }
    return undefined;
  }

  private async identify(socket: FeatureSocket, token: string): Promise<Principal> {
    const principal = await this.authenticate.principalOf(token);
    if (socket.principal !== undefined && socket.principal.userId !== principal.userId) {
      socket.close('forbidden');
    }
    socket.admit(principal);
    // Disabled or logged out since the first look, but before those who close sockets could find this one.
    return this.authenticate.principalFor(principal);
  }

  /** @returns whether the document may be read; a change of rights in the meantime makes this look again */
  private async readRights(session: DocumentSession): Promise<boolean> {
    for (;;) {
      const { rightsVersion } = session;
      const permissions = await this.access.permissionsIn(session.principal, session.workspaceId);
      if (session.rightsVersion !== rightsVersion) continue;
      session.allowWriting(permissions?.has(DOCUMENTS_WRITE) === true);
      return permissions?.has(DOCUMENTS_READ) === true;
    }
  }
}

interface Context {
  readonly socket: DocumentSocket;
}

type HocuspocusSocket = Parameters<Hocuspocus['handleConnection']>[0];
