import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { AppModule } from './app.module.js';
import type { Config } from './platform/config/config.js';
import { parseBodies } from './platform/http/body-parser.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { validationPipe } from './platform/http/validation.js';
import { createLog, nestLogger } from './platform/observability/logger.js';
import { Metrics } from './platform/observability/metrics.js';
import { observeRequests } from './platform/observability/request-log.js';
import { RealtimeAdapter } from './realtime/websocket.adapter.js';

const REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 72_000; // longer than the 60 s of common proxies, so that they never write into a closing socket

/** The whole service in one object, not yet listening. The database must be there and migrated. */
export async function createApp(
  config: Config,
  databaseUrl: string,
  log = createLog(config.logLevel),
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: config.webhookBodyBytes,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.register(config, databaseUrl), adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    forceCloseConnections: true,
  });
  observeRequests(adapter.getInstance(), log, app.get(Metrics));
  parseBodies(adapter.getInstance());
  await adapter.getInstance().register(helmet, { contentSecurityPolicy: false });
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(validationPipe);
  app.useWebSocketAdapter(new RealtimeAdapter(app));
  return app;
}
