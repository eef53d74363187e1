import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { CanActivate } from '@nestjs/common';
import { BusModule } from '../../src/platform/bus/bus.module.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { ConfigModule } from '../../src/platform/config/config.module.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { fastifyAdapter, prepareHttp } from '../../src/platform/http/server/fastify-server.js';
import { serveDocuments } from '../../src/platform/http/openapi/serve-documents.js';
import { createLog, nestLogger } from '../../src/platform/logging/logger.js';
import { ObservabilityModule } from '../../src/platform/health/observability.module.js';
import { QueuesModule } from '../../src/platform/queues/queues.module.js';
import { createTestDatabase } from './database.js';

@Module({})
class PlatformApp {}

export interface PlatformAppOptions {
  readonly controllers?: readonly Type[];
  readonly guard?: Type<CanActivate>;
  readonly settings?: Readonly<Record<string, string>>;
  /** Replaces the address at which the app connects to its database. */
  readonly reach?: (databaseUrl: string) => Promise<string>;
}

export interface RunningPlatform {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly databaseUrl: string;
  /** All lines logged so far, at every level. */
  readonly logged: string[];
  stop(): Promise<void>;
}

/** Starts the platform and its HTTP server with the controllers of a test. */
export async function startPlatform(options: PlatformAppOptions = {}): Promise<RunningPlatform> {
  const { controllers = [], guard, settings, reach } = options;
  const database = await createTestDatabase();
  const databaseUrl = (await reach?.(database.url)) ?? database.url;
  const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'trace', HOST: '127.0.0.1', ...SECRETS, ...settings });
  const logged: string[] = [];
  const log = createLog(config.logLevel, { write: (line) => void logged.push(line) });
  const backend = { databaseUrl, redisUrl: config.redisUrl, redisPrefix: config.redisPrefix };
  const module: DynamicModule = {
    module: PlatformApp,
    imports: [
      ConfigModule.forRoot(config),
      DatabaseModule.forRoot(databaseUrl, 4),
      ClockModule,
      BusModule.forRoot(backend),
      QueuesModule.forRoot(backend),
      ObservabilityModule,
    ],
    controllers: [...controllers],
    providers: guard === undefined ? [] : [{ provide: APP_GUARD, useClass: guard }],
  };
  const app = await NestFactory.create<NestFastifyApplication>(module, fastifyAdapter(config), {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  await prepareHttp(app, log);
  serveDocuments(app);
  await app.listen(0, config.host);
  return {
    app,
    url: await app.getUrl(),
    databaseUrl: database.url,
    logged,
    async stop() {
      await app.close();
      await database.drop();
    },
  };
}

const SECRETS = {
  JWT_SECRET: 'a secret of the tests, long enough',
  SECRETS_KEY: Buffer.from('a key of the tests with 32 bytes').toString('base64'),
};
