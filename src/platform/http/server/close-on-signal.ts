import { Logger, type INestApplication } from '@nestjs/common';
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Drain } from './drain.js';

export interface ClosingOptions {
  /** Time during which new connections are still accepted after readiness fails, so that proxies notice first. */
  readonly leadMs?: number;
  /** Time after which the process exits with code 1, whatever is still in progress. */
  readonly deadlineMs?: number;
  /** Runs after the app has closed, for example to stop the embedded database. */
  readonly afterClose?: () => Promise<void>;
}

/** SIGHUP means that the terminal was closed. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const DEADLINE_MS = 9_500;
/** The share of the deadline for HTTP requests; jobs and connections get the rest. */
const REQUESTS_SHARE = 0.6;

/**
 * On SIGTERM, SIGINT or SIGHUP, readiness fails first. After `leadMs`, requests and jobs in progress finish, sockets
 * are told to reconnect elsewhere, and the process exits with code 0, or with 1 at the deadline. Work cut off there is
 * safe: it was not acknowledged, or it is in the database and is resumed.
 */
export function closeOnSignal(
  app: INestApplication,
  { leadMs = 0, deadlineMs = DEADLINE_MS, afterClose }: ClosingOptions = {},
): void {
  const logger = new Logger('shutdown');
  let closing = false;
  const close = async (signal: NodeJS.Signals) => {
    // A terminal sends Ctrl-C both to npm and to this process, and npm forwards it: ignore the duplicate signal.
    if (closing) return;
    closing = true;
    logger.log(`${signal}: finishing requests and jobs in progress`);
    app.get(Drain).begin();
    setTimeout(() => exitAtDeadline(logger, deadlineMs), deadlineMs).unref();
    setTimeout(() => cutRequests(app), deadlineMs * REQUESTS_SHARE).unref();
    try {
      await delay(leadMs);
      await app.close();
      await afterClose?.();
    } catch (error) {
      logger.error({ msg: 'shutdown failed', err: error });
      process.exit(1);
    }
    process.exit(0);
  };
  for (const signal of SIGNALS) process.on(signal, (received) => void close(received));
}

/**
 * Until `closeOnSignal` takes over, the same signals stop the parts that have started and exit the process.
 * @returns a function that removes these signal handlers
 */
export function stopOnSignal(stop: () => Promise<void>): () => void {
  let stopping: Promise<never> | undefined;
  const end = (): Promise<never> =>
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  const onSignal = () => {
    stopping ??= end();
    setTimeout(() => process.exit(1), DEADLINE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

function exitAtDeadline(logger: Logger, deadlineMs: number): void {
  logger.error(`not finished after ${deadlineMs} ms: exiting anyway`);
  process.exit(1);
}

/** Slow requests must not use up the time that jobs and connections need to close cleanly. */
function cutRequests(app: INestApplication): void {
  const server: Server = app.getHttpServer();
  server.closeAllConnections();
}
