import 'reflect-metadata';
import { createApp } from './create-app.js';
import { firstStart, welcomeText } from './first-start.js';
import { ConfigError, loadConfig, type Config } from './platform/config/config.js';
import { watchLauncher } from './platform/config/launcher.js';
import { isProduction, readSettings } from './platform/config/settings-file.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres.js';
import { migrate } from './platform/database/migrate.js';
import { closeOnSignal, stopOnSignal } from './platform/http/server/close-on-signal.js';
import { listenAddress } from './platform/http/server/listen-address.js';
import { captureOutput } from './platform/logging/capture-output.js';
import { checkSessions } from './platform/health/check-backends.js';
import { createLog } from './platform/logging/logger.js';
import { migrateQueues } from './platform/queues/queue-backend.js';

const EXIT_WITHIN_MS = 9_500;

async function start(config: Config, postgres: EmbeddedPostgres | undefined): Promise<void> {
  const databaseUrl = config.databaseUrl ?? postgres?.url ?? '';
  await prepareDatabase(config, databaseUrl);
  const app = await createApp(config, databaseUrl, log);
  await app.init();
  const welcome = config.roles.has('api') ? await firstStart(app, config) : undefined;
  endEarlyStop();
  closeOnSignal(app, {
    leadMs: config.drainLeadMs,
    deadlineMs: EXIT_WITHIN_MS,
    afterClose: async () => postgres?.stop(),
  });
  await app.listen(config.port, await listenAddress(config.host));
  const running = `Tidings is running: ${config.publicUrl}`;
  if (config.production) log.info({ roles: [...config.roles] }, running);
  else say(welcome === undefined ? running : welcomeText(welcome));
}

/** In this order: where a pooler leaves us no session, nothing is begun that would need one. */
async function prepareDatabase(config: Config, databaseUrl: string): Promise<void> {
  await checkSessions(config, databaseUrl);
  const { databaseDirectUrl = databaseUrl, redisUrl, redisPrefix } = config;
  await migrate(databaseDirectUrl, warn);
  await migrateQueues({ databaseUrl: databaseDirectUrl, redisUrl, redisPrefix }, warn);
}

async function startOwnDatabase({ dataDir, embeddedPgUser }: Config): Promise<EmbeddedPostgres> {
  const user = embeddedPgUser === undefined ? {} : { runAsUser: embeddedPgUser };
  const started = await startEmbeddedPostgres({ dataDir, log: tell, ...user });
  started.supervise(endWithoutDatabase);
  return started;
}

/** Nothing can be finished or told without the database; a supervisor that starts this process anew starts both. */
function endWithoutDatabase(error: Error): void {
  refuse(error);
  process.exit(1);
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

function warn(text: string): void {
  log.warn(text);
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
  if (!production) process.stderr.write(`${reasonOf(error)}\n`);
  else if (error instanceof ConfigError) log.fatal({ problems: error.problems }, 'the start is refused');
  else log.fatal({ err: error }, 'the start failed');
}

/** A name with several addresses fails with an error for each, and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

let production = isProduction();
let log = createLog('info');
let starting: Promise<EmbeddedPostgres> | undefined;
let postgres: EmbeddedPostgres | undefined;
const endEarlyStop = stopOnSignal(async () => (await starting)?.stop());
watchLauncher(() => process.kill(process.pid, 'SIGTERM'));
try {
  endOnUnforeseen();
  const { variables, file } = readSettings();
  production = isProduction(variables);
  if (production) captureOutput(log);
  const config = loadConfig(variables);
  log = createLog(config.logLevel);
  if (production) captureOutput(log);
  if (file !== undefined) tell(`Settings come from the environment, and where it sets none, from ${file}.`);
  starting = config.databaseUrl === undefined ? startOwnDatabase(config) : undefined;
  postgres = await starting;
  await start(config, postgres);
} catch (error) {
  refuse(error);
  await postgres?.stop();
  process.exit(1);
}
