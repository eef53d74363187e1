import 'reflect-metadata';
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { createApp } from './create-app.js';
import { fillDemo } from './fill-demo.js';
import { firstStart, welcomeText } from './first-start.js';
import { ConfigError, loadConfig, type Config } from './platform/config/config.js';
import { watchLauncher } from './platform/config/launcher.js';
import { misspelledSettings } from './platform/config/misspelled-settings.js';
import { isProduction, readSettings } from './platform/config/settings-file.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres.js';
import { closeOnSignal, stopOnSignal } from './platform/http/server/close-on-signal.js';
import { listenAddress } from './platform/http/server/listen-address.js';
import { requireFreePort } from './platform/http/server/require-free-port.js';
import { captureOutput } from './platform/logging/capture-output.js';
import { createLog } from './platform/logging/logger.js';
import { Supervisor } from './platform/processes/supervisor.js';
import { migrateAll } from './migrate-all.js';

const EXIT_WITHIN_MS = 9_500;

async function start(config: Config, postgres: EmbeddedPostgres | undefined): Promise<void> {
  const databaseUrl = config.databaseUrl ?? postgres?.url ?? '';
  await migrateAll(config, databaseUrl, warn);
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
  else if (isFirstProcess()) say(welcome === undefined ? running : welcomeText(welcome));
  // A first start with a password of the operator is no trial.
  const isTrial = welcome?.password !== undefined && welcome.keptIn === undefined && postgres !== undefined;
  // The log of its requests has moved the password out of sight by then.
  if (isTrial) void fillDemo(`http://127.0.0.1:${config.port}`, welcome).then(() => say(welcomeText(welcome)));
}

/** The processes get the signals to stop from their supervisor. */
async function supervise(processes: number, embedded: EmbeddedPostgres | undefined): Promise<void> {
  const variables: Record<string, string> = embedded === undefined ? {} : { DATABASE_URL: embedded.url };
  const supervisor = new Supervisor({ processes, variables, log: warn });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await supervisor.stop();
    await embedded?.stop();
    process.exit(0);
  };
  const onStop = (): void => void (stopping ??= stop());
  endEarlyStop();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onStop);
  process.on('SIGHUP', () => {
    // A terminal that is closed sends this signal, too.
    if (process.stdout.isTTY) onStop();
    else void supervisor.restart().catch((error: unknown) => warn(`the restart was given up: ${reasonOf(error)}`));
  });
  await supervisor.start();
}

/** Whether this is the only process behind its port, or the one that starts before the others. */
const isFirstProcess = (): boolean => cluster.worker === undefined || cluster.worker.id === 1;

async function startOwnDatabase({ dataDir, embeddedPgUser }: Config): Promise<EmbeddedPostgres> {
  const user = embeddedPgUser === undefined ? {} : { runAsUser: embeddedPgUser };
  const started = await startEmbeddedPostgres({ dataDir, log: tell, ...user });
  started.supervise(exitWithoutDatabase);
  return started;
}

/** Without its database the process cannot work; a supervisor that restarts the process restarts both. */
function exitWithoutDatabase(error: Error): void {
  reportFailedStart(error);
  process.exit(1);
}

/** The state of the process is unknown after such an error. A supervisor restarts it; acknowledged data is safe. */
function exitOnUncaughtError(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, event }, 'exiting after an uncaught error');
      process.exit(1);
    });
  }
}

function warn(text: string): void {
  log.warn(text);
}

/** Names only: the value of a misspelled secret is a secret. */
function warnOfMisspelled(names: readonly string[]): void {
  for (const { given, meant } of misspelledSettings(names))
    warn(`${given} is not a setting and is ignored. Is ${meant} meant?`);
}

/** In production all output is JSON, including a failed start. */
function tell(text: string): void {
  if (production) log.info(text);
  else say(text);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function reportFailedStart(error: unknown): void {
  if (!production) process.stderr.write(`${reasonOf(error)}\n`);
  else if (error instanceof ConfigError) log.fatal({ problems: error.problems }, 'the settings are invalid');
  else log.fatal({ err: error }, 'startup failed');
}

/** A host name with several addresses fails with an AggregateError that has no message of its own. */
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
  exitOnUncaughtError();
  const { variables, file } = readSettings();
  production = isProduction(variables);
  if (production) captureOutput(log);
  if (cluster.isPrimary) warnOfMisspelled(Object.keys(variables));
  const config = loadConfig(variables);
  log = createLog(config.logLevel);
  if (production) captureOutput(log);
  if (file !== undefined) tell(`Settings come from the environment, then from ${file}.`);
  if (cluster.isPrimary) await requireFreePort(config.port, await listenAddress(config.host));
  starting = config.databaseUrl === undefined ? startOwnDatabase(config) : undefined;
  postgres = await starting;
  const processes = config.processes === 'auto' ? availableParallelism() : config.processes;
  if (processes > 1 && cluster.isPrimary) await supervise(processes, postgres);
  else await start(config, postgres);
} catch (error) {
  reportFailedStart(error);
  await postgres?.stop();
  process.exit(1);
}
