import 'reflect-metadata';
import { createApp } from './create-app.js';
import { firstStart, welcomeText } from './first-start.js';
import { ConfigError, loadConfig, type Config } from './platform/config/config.js';
import { isProduction, readSettings } from './platform/config/settings-file.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/database/embedded/embedded-postgres.js';
import { migrate } from './platform/database/migrate.js';
import { closeOnSignal } from './platform/http/close-on-signal.js';
import { captureOutput } from './platform/observability/capture-output.js';
import { createLog, type Log } from './platform/observability/logger.js';
import { migrateQueues } from './platform/queues/queue-backend.js';

const EXIT_WITHIN_MS = 9_500;

async function start(config: Config, postgres: EmbeddedPostgres | undefined, log: Log): Promise<void> {
  const databaseUrl = config.databaseUrl ?? postgres?.url ?? '';
  await migrate(databaseUrl);
  await migrateQueues({ databaseUrl, redisUrl: config.redisUrl, redisPrefix: config.redisPrefix });
  const app = await createApp(config, databaseUrl, log);
  await app.init();
  const welcome = config.roles.has('api') ? await firstStart(app, config) : undefined;
  closeOnSignal(app, {
    leadMs: config.drainLeadMs,
    deadlineMs: EXIT_WITHIN_MS,
    afterClose: async () => postgres?.stop(),
  });
  await app.listen(config.port, config.host);
  const running = `Tidings is running: ${config.publicUrl}`;
  if (config.production) log.info({ roles: [...config.roles] }, running);
  else say(welcome === undefined ? running : welcomeText(welcome));
}

async function startOwnDatabase({ dataDir, embeddedPgUser }: Config): Promise<EmbeddedPostgres> {
  const user = embeddedPgUser === undefined ? {} : { runAsUser: embeddedPgUser };
  return startEmbeddedPostgres({ dataDir, log: tell, ...user });
}

/** The state of the process is unknown from here on: its supervisor starts it anew, and nothing acknowledged is lost. */
function endOnUnforeseen(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, event }, 'ended by what nobody foresaw');
      process.exit(1);
    });
  }
}

/** In production all output is JSON, a refused start included. */
function tell(text: string): void {
  if (production) log.info(text);
  else say(text);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function refuse(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  if (!production) process.stderr.write(`${text}\n`);
  else if (error instanceof ConfigError) log.fatal({ problems: error.problems }, 'the start is refused');
  else log.fatal({ err: error }, 'the start failed');
}

let production = isProduction();
let log = createLog('info');
let postgres: EmbeddedPostgres | undefined;
try {
  endOnUnforeseen();
  const { variables, file } = readSettings();
  production = isProduction(variables);
  if (production) captureOutput(log);
  const config = loadConfig(variables);
  log = createLog(config.logLevel);
  if (production) captureOutput(log);
  if (file !== undefined) tell(`Settings come from the environment, and where it sets none, from ${file}.`);
  postgres = config.databaseUrl === undefined ? await startOwnDatabase(config) : undefined;
  await start(config, postgres, log);
} catch (error) {
  refuse(error);
  await postgres?.stop();
  process.exit(1);
}
