import 'reflect-metadata';
import { createApp } from './create-app.js';
import { firstStart, welcomeText } from './first-start.js';
import { loadConfig, type Config } from './platform/config/config.js';
import { watchLauncher } from './platform/config/launcher.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/database/embedded/embedded-postgres.js';
import { migrate } from './platform/database/migrate.js';
import { closeOnSignal, stopOnSignal } from './platform/http/close-on-signal.js';
import { listenAddress } from './platform/http/listen-address.js';
import { checkSessions } from './platform/observability/check-backends.js';
import { createLog, type Log } from './platform/observability/logger.js';
import { migrateQueues } from './platform/queues/queue-backend.js';

const EXIT_WITHIN_MS = 9_500;

async function start(config: Config, postgres: EmbeddedPostgres | undefined): Promise<void> {
  const log = createLog(config.logLevel);
  endOnUnforeseen(log);
  const databaseUrl = config.databaseUrl ?? postgres?.url ?? '';
  await prepareDatabase(config, databaseUrl, log);
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
  say(welcome === undefined ? `Tidings is running: ${config.publicUrl}` : welcomeText(welcome));
}

/** In this order: where a pooler leaves us no session, nothing is begun that would need one. */
async function prepareDatabase(config: Config, databaseUrl: string, log: Log): Promise<void> {
  await checkSessions(config, databaseUrl);
  const { databaseDirectUrl = databaseUrl, redisUrl, redisPrefix } = config;
  const tell = (line: string) => log.warn(line);
  await migrate(databaseDirectUrl, tell);
  await migrateQueues({ databaseUrl: databaseDirectUrl, redisUrl, redisPrefix }, tell);
}

async function startOwnDatabase({ dataDir, embeddedPgUser }: Config): Promise<EmbeddedPostgres> {
  const user = embeddedPgUser === undefined ? {} : { runAsUser: embeddedPgUser };
  const started = await startEmbeddedPostgres({ dataDir, log: say, ...user });
  started.supervise(endWithoutDatabase);
  return started;
}

/** Nothing can be finished or told without the database; a supervisor that starts this process anew starts both. */
function endWithoutDatabase(error: Error): void {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/** Nobody knows what state is left behind: whoever watches over the process starts it anew, and nothing acknowledged is lost. */
function endOnUnforeseen(log: Log): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, event }, 'ended by what nobody foresaw');
      process.exit(1);
    });
  }
}

/** A name with several addresses fails with an error for each, and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

let starting: Promise<EmbeddedPostgres> | undefined;
const endEarlyStop = stopOnSignal(async () => (await starting)?.stop());
watchLauncher(() => process.kill(process.pid, 'SIGTERM'));
let postgres: EmbeddedPostgres | undefined;
try {
  const config = loadConfig();
  starting = config.databaseUrl === undefined ? startOwnDatabase(config) : undefined;
  postgres = await starting;
  await start(config, postgres);
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  await postgres?.stop();
  process.exit(1);
}
