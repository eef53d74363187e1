import 'reflect-metadata';
import { createApp } from './create-app.js';
import { firstStart, welcomeText } from './first-start.js';
import { loadConfig, type Config } from './platform/config/config.js';
import { startEmbeddedPostgres } from './platform/database/embedded/embedded-postgres.js';
import { migrate } from './platform/database/migrate.js';
import { closeOnSignal } from './platform/http/close-on-signal.js';
import { migrateQueues } from './platform/queues/queue-backend.js';

const EXIT_WITHIN_MS = 9_500;

async function start(config: Config): Promise<void> {
  const postgres = config.databaseUrl === undefined ? await startOwnDatabase(config) : undefined;
  const databaseUrl = config.databaseUrl ?? postgres?.url ?? '';
  await migrate(databaseUrl);
  await migrateQueues({ databaseUrl, redisUrl: config.redisUrl, redisPrefix: config.redisPrefix });
  const app = await createApp(config, databaseUrl);
  const welcome = config.roles.has('api') ? await firstStart(app, config) : undefined;
  closeOnSignal(app, { deadlineMs: EXIT_WITHIN_MS, afterClose: async () => postgres?.stop() });
  await app.listen(config.port, config.host);
  say(welcome === undefined ? `Tidings is running: ${config.publicUrl}` : welcomeText(welcome));
}

function startOwnDatabase({ dataDir, embeddedPgUser }: Config): ReturnType<typeof startEmbeddedPostgres> {
  const user = embeddedPgUser === undefined ? {} : { runAsUser: embeddedPgUser };
  return startEmbeddedPostgres({ dataDir, log: say, ...user });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await start(loadConfig());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
