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
    this.preview.add(({ userId, workspaceId, permissions }) => {
      if (permissions.includes(DOCUMENTS_READ)) return {};
      const sessions = [...this.live.sessionsOf(new Set([userId]))];
      return { documents: sessions.filter((session) => session.workspaceId === workspaceId).length };
    });
  }
}
