import { Injectable } from '@nestjs/common';
import { Access } from '../../../access/public/access.js';
import { Authenticate } from '../../../identity/public/authenticate.js';
import { TidingsError } from '../../../platform/errors.js';
import type { FeatureSocket } from '../../../realtime/public/feature-socket.js';
import { DOCUMENTS_READ, DOCUMENTS_WRITE } from '../documents.declarations.js';
import { DocumentClients } from '../storage/document-clients.js';
import { Documents } from '../storage/documents.js';
import { DocumentSession } from './document-session.js';
import type { DocumentSocket, Authorizer } from './document-socket.js';
import { LiveDocuments } from './live-documents.js';
import { OwnClients } from './own-clients.js';

/** Also the answer for a missing document. */
const DENIED = 'permission-denied';

/** Admits clients to documents by their tokens. */
@Injectable()
export class DocumentAuthorizer implements Authorizer {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly access: Access,
    private readonly documents: Documents,
    private readonly live: LiveDocuments,
    private readonly clients: DocumentClients,
  ) {}

  async authorize(socket: DocumentSocket, documentId: string, token: string): Promise<DocumentSession | undefined> {
    let session: DocumentSession | undefined;
    const isAllowed = await this.closeUnlessAllowed(socket, documentId, async () => {
      await this.admit(socket.socket, token);
      const workspaceId = await this.documents.workspaceOf(documentId);
      if (workspaceId === undefined) return false;
      await this.live.waitForEnded(documentId);
      const clients = new OwnClients(this.clients, documentId, socket.socket.principal.userId);
      session = new DocumentSession(documentId, workspaceId, socket.socket, clients);
      // From here on changes of rights reach the session.
      this.live.add(session);
      return this.readRights(session);
    });
    if (isAllowed && socket.socket.isOpen) return session;
    session?.end();
    return undefined;
  }

  async reauthorize(socket: DocumentSocket, documentId: string, token: string): Promise<void> {
    await this.closeUnlessAllowed(socket, documentId, async () => {
      await this.admit(socket.socket, token);
      const rights = await Promise.all([...socket.sessions].map((session) => this.readRights(session)));
      return !rights.includes(false);
    });
  }

  private async closeUnlessAllowed(
    socket: DocumentSocket,
    documentId: string,
    check: () => Promise<boolean>,
  ): Promise<boolean> {
    try {
      if (await check()) return true;
      socket.deny(documentId, DENIED);
      socket.socket.close('forbidden');
    } catch (error) {
      socket.deny(documentId, error instanceof TidingsError ? error.code : 'internal');
      socket.socket.close(closeReasonFor(error));
    }
    return false;
  }

  private async admit(socket: FeatureSocket, token: string): Promise<void> {
    const principal = await this.authenticate.principalOf(token);
    socket.admit(principal);
    // The user may have been disabled or logged out before this socket could be found and closed.
    await this.authenticate.refreshPrincipal(principal);
  }

  /** @returns whether the user may read the document; reads again when the rights change meanwhile */
  private async readRights(session: DocumentSession): Promise<boolean> {
    for (;;) {
      const { rightsVersion } = session;
      const permissions = await this.access.permissionsIn(session.principal, session.workspaceId);
      if (session.rightsVersion !== rightsVersion) continue;
      session.setWriteRight(permissions?.has(DOCUMENTS_WRITE) === true);
      return permissions?.has(DOCUMENTS_READ) === true;
    }
  }
}

function closeReasonFor(error: unknown): Parameters<FeatureSocket['close']>[0] {
  if (!(error instanceof TidingsError)) return 'tryLater';
  if (error.kind === 'unauthenticated') return 'unauthenticated';
  return error.kind === 'forbidden' ? 'forbidden' : 'tryLater';
}
