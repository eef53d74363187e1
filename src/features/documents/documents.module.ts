import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../../platform/config/environment.js';
import { DocumentsController } from './api/documents.controller.js';
import { ExportController } from './api/export.controller.js';
import { VersionsController } from './api/versions.controller.js';
import './document-notification-rules.js';
import './documents.declarations.js';
import { CountClosedSessions } from './live/count-closed-sessions.js';
import { DocumentRightsListener } from './live/document-rights-listener.js';
import { RenewEditingSessions } from './live/renew-editing-sessions.js';
import { DocumentAuthorizer } from './live/document-authorizer.js';
import { LiveDocuments } from './live/live-documents.js';
import { ServeDocuments } from './live/serve-documents.js';
import { DocumentClients } from './storage/document-clients.js';
import { DocumentLog } from './storage/document-log.js';
import { DocumentVersions } from './storage/document-versions.js';
import { EditingSessions } from './storage/editing-sessions.js';
import { Documents } from './storage/documents.js';
import { FindMentions } from './storage/find-mentions.js';
import './workspace-data.js';

/**
 * Collaborative documents. The api serves the HTTP endpoints, the gateway the WebSocket at `/documents`; the worker
 * finds mentions.
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
          ? [
              LiveDocuments,
              DocumentAuthorizer,
              ServeDocuments,
              DocumentRightsListener,
              CountClosedSessions,
              EditingSessions,
              RenewEditingSessions,
              DocumentClients,
            ]
          : []),
        ...(roles.has('worker') ? [FindMentions] : []),
      ],
    };
  }
}
