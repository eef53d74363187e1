import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/create-app.js';
import { firstStart } from '../../src/first-start.js';
import { loadConfig, type Config } from '../../src/platform/config/config.js';
import { Api } from './api.js';
import { createTestDatabase } from './database.js';

export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery staple' } as const;

/** Tests exceed the default limits. A test of a limit sets its own. */
export const UNLIMITED = {
  API_RATE_LIMIT_PER_MINUTE: '1000000',
  ANONYMOUS_RATE_LIMIT_PER_MINUTE: '1000000',
  MAX_CONNECTIONS: '100000',
  MAX_CONNECTIONS_PER_USER: '100000',
  MAX_CONNECTIONS_PER_ADDRESS: '100000',
  CONNECTS_PER_SECOND: '100000',
} as const;

/** Tidings on a free port with a database of its own, and its first administrator signed in. */
export interface RunningTidings {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly config: Config;
  readonly databaseUrl: string;
  /** Signed in as the administrator. */
  readonly api: Api;
  readonly workspaceId: string;
  readonly openSourceUrl: string;
  stop(): Promise<void>;
}

/** @param settings override the defaults of the tests; REDIS_URL comes from the environment of the run */
export async function startTidings(settings: Record<string, string> = {}): Promise<RunningTidings> {
  const database = settings['DATABASE_URL'] === undefined ? await createTestDatabase() : undefined;
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-test-'));
  const port = await freePort();
  const config = loadConfig({
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATA_DIR: dataDir,
    DATABASE_POOL: '8',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal',
    REDIS_URL: process.env['REDIS_URL'],
    REDIS_PREFIX: `test-${port}-${Date.now()}`,
    // Nothing listens there: no test calls GitHub itself.
    GITHUB_API_URL: 'http://127.0.0.1:9',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    ...UNLIMITED,
    DATABASE_URL: database?.url,
    ...settings,
  });
  const databaseUrl = config.databaseUrl ?? '';
  const app = await createApp(config, databaseUrl);
  await app.init();
  const isApi = config.roles.has('api');
  const welcome = isApi ? await firstStart(app, config) : undefined;
  await app.listen(config.port, config.host);
  const api = new Api(config.publicUrl);
  if (isApi) await api.logIn(ADMIN.email, ADMIN.password);
  return {
    url: config.publicUrl,
    app,
    config,
    databaseUrl,
    api,
    workspaceId: welcome?.workspaceId ?? '',
    openSourceUrl: welcome?.openSourceUrl ?? '',
    async stop() {
      await app.close();
      await database?.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
