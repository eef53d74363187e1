import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../../platform/config/environment.js';
import { DocumentsController } from './api/documents.controller.js';
import { ExportController } from './api/export.controller.js';
import { VersionsController } from './api/versions.controller.js';
import './document-notices.js';
import './documents.declarations.js';
import { FollowDocumentRights } from './live/follow-document-rights.js';
import { KeepVisits } from './live/keep-visits.js';
import { LetIn } from './live/let-in.js';
import { LiveDocuments } from './live/live-documents.js';
import { ServeDocuments } from './live/serve-documents.js';
import { DocumentClients } from './storage/document-clients.js';
import { DocumentLog } from './storage/document-log.js';
import { DocumentVersions } from './storage/document-versions.js';
import { DocumentVisits } from './storage/document-visits.js';
import { Documents } from './storage/documents.js';
import { FindMentions } from './storage/find-mentions.js';

/**
 * Several people in one document at once. The api serves the calls, the gateway the WebSocket at `/documents`; the worker
 * finds whom they mention.
 */
@Module({})
export class DocumentsModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const isGateway = roles.has('gateway');
    return {
      module: DocumentsModule,
      controllers: roles.has('api') ? [DocumentsController, VersionsController, ExportController] : [],
      providers: [
        Documents,
        DocumentLog,
        DocumentVersions,
        ...(isGateway
          ? [LiveDocuments, LetIn, ServeDocuments, FollowDocumentRights, DocumentVisits, KeepVisits, DocumentClients]
          : []),
        ...(roles.has('worker') ? [FindMentions] : []),
      ],
    };
  }
}
