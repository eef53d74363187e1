import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Access } from '../../../access/public/access.js';
import { FenceNode } from '../../../platform/fence/fence-node.js';
import { DOCUMENTS_READ, DOCUMENTS_WRITE } from '../documents.declarations.js';
import type { DocumentSession } from './document-session.js';
import { LiveDocuments } from './live-documents.js';

const AT_A_TIME = 8;

/** Flips open documents when rights change. Whoever changed them gets his answer when no older change is under way. */
@Injectable()
export class FollowDocumentRights implements OnModuleInit {
  private readonly logger = new Logger(FollowDocumentRights.name);

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
    for (let start = 0; start < sessions.length; start += AT_A_TIME) {
      await Promise.all(sessions.slice(start, start + AT_A_TIME).map((session) => this.recheck(session)));
    }
  }

  /** Who can't be checked is let go. */
  private async recheck(session: DocumentSession): Promise<void> {
    try {
      const permissions = await this.access.permissionsIn(session.principal, session.workspaceId);
      session.allowWriting(permissions?.has(DOCUMENTS_WRITE) === true);
      if (permissions?.has(DOCUMENTS_READ) !== true) session.leave('forbidden');
    } catch (error) {
      this.logger.warn({ msg: 'checking rights failed', userId: session.principal.userId, err: error });
      session.allowWriting(false);
      session.leave('tryLater');
    }
    await session.settled();
  }
}
