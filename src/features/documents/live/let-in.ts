import { Injectable } from '@nestjs/common';
import { Access } from '../../../access/public/access.js';
import { Authenticate } from '../../../identity/public/authenticate.js';
import { TidingsError } from '../../../platform/errors.js';
import type { FeatureSocket } from '../../../realtime/public/feature-socket.js';
import { DOCUMENTS_READ, DOCUMENTS_WRITE } from '../documents.declarations.js';
import { DocumentClients } from '../storage/document-clients.js';
import { Documents } from '../storage/documents.js';
import { DocumentSession } from './document-session.js';
import type { DocumentSocket, Door } from './document-socket.js';
import { LiveDocuments } from './live-documents.js';
import { OwnClients } from './own-clients.js';

/** The same for a document that isn't there. */
const DENIED = 'permission-denied';

/** Lets clients into documents by the tokens that they show. */
@Injectable()
export class LetIn implements Door {
  constructor(
    private readonly authenticate: Authenticate,
    private readonly access: Access,
    private readonly documents: Documents,
    private readonly live: LiveDocuments,
    private readonly clients: DocumentClients,
  ) {}

  async open(socket: DocumentSocket, documentId: string, token: string): Promise<DocumentSession | undefined> {
    let session: DocumentSession | undefined;
    const isIn = await this.orSendAway(socket, documentId, async () => {
      await this.identify(socket.socket, token);
      const workspaceId = await this.documents.workspaceOf(documentId);
      if (workspaceId === undefined) return false;
      await this.live.vacated(documentId);
      const clients = new OwnClients(this.clients, documentId, socket.socket.principal.userId);
      session = new DocumentSession(documentId, workspaceId, socket.socket, clients);
      // From here on it hears of changes of rights.
      this.live.add(session);
      return this.readRights(session);
    });
    if (isIn && socket.socket.isOpen) return session;
    session?.end();
    return undefined;
  }

  async renew(socket: DocumentSocket, documentId: string, token: string): Promise<void> {
    await this.orSendAway(socket, documentId, async () => {
      await this.identify(socket.socket, token);
      const rights = await Promise.all([...socket.sessions].map((session) => this.readRights(session)));
      return !rights.includes(false);
    });
  }

  private async orSendAway(socket: DocumentSocket, documentId: string, ask: () => Promise<boolean>): Promise<boolean> {
    try {
      if (await ask()) return true;
      socket.deny(documentId, DENIED);
      socket.socket.close('forbidden');
    } catch (error) {
      socket.deny(documentId, error instanceof TidingsError ? error.code : 'internal');
      socket.socket.close(closingFor(error));
    }
    return false;
  }

  private async identify(socket: FeatureSocket, token: string): Promise<void> {
    const principal = await this.authenticate.principalOf(token);
    socket.admit(principal);
    // Disabled or logged out since the first look, but before those who close sockets could find this one.
    await this.authenticate.refreshPrincipal(principal);
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

function closingFor(error: unknown): Parameters<FeatureSocket['close']>[0] {
  if (!(error instanceof TidingsError)) return 'tryLater';
  if (error.kind === 'unauthenticated') return 'unauthenticated';
  return error.kind === 'forbidden' ? 'forbidden' : 'tryLater';
}
