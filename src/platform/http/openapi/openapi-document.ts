import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problemSchema } from '../api/problem.js';
import { completeOperations } from './complete-operations.js';
import { operationId } from './operation-names.js';
import { orderTags } from './tags.js';
import { zodConverter } from './zod-schemas.js';

const DESCRIPTION = `Webhooks in, live updates out. All errors are problem+json (RFC 9457) with a stable \`code\`.
Lists are paginated: pass the \`nextCursor\` of a page as the \`cursor\` of the next. Resources of a workspace that the
caller may not see are reported as not found.`;

/**
 * The OpenAPI 3.1 document of the app's controllers. The app need not be initialised.
 * @param path the path prefix that a proxy adds
 */
export function openApiDocument(app: INestApplication, path = '/'): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tidings')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(path, 'this server')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addSecurityRequirements('bearer')
    .build();
  const convert = zodConverter();
  const document = SwaggerModule.createDocument(app, base, {
    standardSchemaConverter: convert,
    operationIdFactory: operationId,
  });
  completeOperations(document);
  orderTags(document);
  const problem = convert(problemSchema, { schemaType: 'output' });
  document.components = {
    ...document.components,
    schemas: sorted({ ...document.components?.schemas, ...problem?.components }),
  };
  document.paths = sorted(document.paths);
  return document;
}

/** Makes the document independent of the order in which modules are imported. */
function sorted<Value>(byName: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(byName).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
