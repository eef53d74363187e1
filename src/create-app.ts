import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Config } from './platform/config/config.js';
import { fastifyAdapter, prepareHttp } from './platform/http/server/fastify-server.js';
import { serveDocuments } from './platform/http/openapi/serve-documents.js';
import { serveDashboard } from './platform/http/server/dashboard-files.js';
import { serveGuide } from './platform/http/server/guide-files.js';
import { checkBackends } from './platform/health/check-backends.js';
import { createLog, nestLogger } from './platform/logging/logger.js';
import { RealtimeAdapter } from './realtime/websocket/websocket.adapter.js';

/**
 * Creates the whole service, not yet listening. The database must exist and be migrated.
 * @throws ConfigError in production, when PostgreSQL or Redis run with settings that break the delivery guarantees
 */
export async function createApp(
  config: Config,
  databaseUrl: string,
  log = createLog(config.logLevel),
): Promise<NestFastifyApplication> {
  const sessions = await checkBackends(config, databaseUrl, log);
  const module = AppModule.register(config, databaseUrl, sessions);
  const app = await NestFactory.create<NestFastifyApplication>(module, fastifyAdapter(config), {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  await prepareHttp(app, log);
  serveDocuments(app);
  if (config.roles.has('api')) {
    await serveDashboard(app, config.publicUrl);
    serveGuide(app, config.publicUrl);
  }
  app.useWebSocketAdapter(new RealtimeAdapter(app));
  return app;
}

/** The controllers without connections or background work: enough to generate the OpenAPI document. */
export function previewApp(config: Config): Promise<NestFastifyApplication> {
  const module = AppModule.register(config, 'postgres://nowhere.invalid/none');
  return NestFactory.create<NestFastifyApplication>(module, fastifyAdapter(config), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
}
