import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import { Config } from '../../config/config.js';
import { openApiDocument } from './openapi-document.js';

/** Serves the document at /openapi.json and an interactive page at /docs, both without authentication. */
export function serveDocuments(app: INestApplication): void {
  const { pathname } = new URL(app.get(Config).publicUrl);
  SwaggerModule.setup('docs', app, () => openApiDocument(app, pathname), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Tidings API',
  });
}
