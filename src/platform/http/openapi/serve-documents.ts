import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import { Config } from '../../config/config.js';
import { openApiDocument } from './openapi-document.js';

/** The document at /openapi.json and a page to try it at /docs. Both are open to all. */
export function serveDocuments(app: INestApplication): void {
  const { pathname } = new URL(app.get(Config).publicUrl);
  SwaggerModule.setup('docs', app, () => openApiDocument(app, pathname), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Tidings API',
  });
}
