import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RightsPreview } from '../../../access/public/rights-preview.js';
import { DOCUMENTS_READ } from '../documents.declarations.js';
import { LiveDocuments } from './live-documents.js';

/** Counts the editing sessions of this node that a change of rights would close. */
@Injectable()
export class CountClosedSessions implements OnModuleInit {
  constructor(
    private readonly preview: RightsPreview,
    private readonly live: LiveDocuments,
  ) {}

  onModuleInit(): void {
    this.preview.add(({ workspaceId, members }) => {
      const losing = [...members].filter(([, permissions]) => !permissions.includes(DOCUMENTS_READ));
      const sessions = [...this.live.sessionsOf(new Set(losing.map(([userId]) => userId)))];
      return { documents: sessions.filter((session) => session.workspaceId === workspaceId).length };
    });
  }
}
