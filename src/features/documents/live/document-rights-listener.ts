import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Access } from '../../../access/public/access.js';
import { FenceNode } from '../../../platform/fence/fence-node.js';
import { DOCUMENTS_READ, DOCUMENTS_WRITE } from '../documents.declarations.js';
import type { DocumentSession } from './document-session.js';
import { LiveDocuments } from './live-documents.js';

const CONCURRENCY = 8;

/** Applies changes of rights to open documents. The change is answered only after older writes have settled. */
@Injectable()
export class DocumentRightsListener implements OnModuleInit {
  private readonly logger = new Logger(DocumentRightsListener.name);

  constructor(
    private readonly fence: FenceNode,
    private readonly access: Access,
    private readonly live: LiveDocuments,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.fence.join((userIds) => this.apply(userIds === 'everybody' ? userIds : new Set(userIds)));
  }

  private async apply(userIds: ReadonlySet<string> | 'everybody'): Promise<void> {
    const sessions = [...this.live.sessionsOf(userIds)];
    for (const session of sessions) session.rightsVersion += 1;
    for (let start = 0; start < sessions.length; start += CONCURRENCY) {
      await Promise.all(sessions.slice(start, start + CONCURRENCY).map((session) => this.recheck(session)));
    }
  }

  /** Closes sessions whose rights cannot be re-checked. */
  private async recheck(session: DocumentSession): Promise<void> {
    try {
      const permissions = await this.access.permissionsIn(session.principal, session.workspaceId);
      session.setWriteRight(permissions?.has(DOCUMENTS_WRITE) === true);
      if (permissions?.has(DOCUMENTS_READ) !== true) session.close('forbidden');
    } catch (error) {
      this.logger.warn({ msg: 're-checking rights failed', userId: session.principal.userId, err: error });
      session.setWriteRight(false);
      session.close('tryLater');
    }
    await session.settled();
  }
}
