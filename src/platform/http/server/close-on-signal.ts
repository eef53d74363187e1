import { Logger, type INestApplication } from '@nestjs/common';
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Drain } from './drain.js';

export interface ClosingOptions {
  /** How long newcomers are still taken after readiness has begun to fail, so that proxies notice first. */
  readonly leadMs?: number;
  /** When the process ends at the latest, with code 1, whatever is still under way. */
  readonly deadlineMs?: number;
  /** What is left to do when the app is closed: stop the embedded database. */
  readonly afterClose?: () => Promise<void>;
}

/** SIGHUP: the terminal was closed. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const DEADLINE_MS = 9_500;
/** The part of the deadline that requests get; the rest is for jobs and connections to end. */
const REQUESTS_SHARE = 0.6;

/**
 * On SIGTERM, SIGINT or SIGHUP: readiness fails and, for a little while, nothing else changes; then requests and jobs under way
 * finish, sockets are told to come back elsewhere, connections are closed, and the process exits with code 0, or with 1 at the deadline. Work that is cut off there is
 * safe: it was not acknowledged, or it is in the database and is taken up again.
 */
export function closeOnSignal(
  app: INestApplication,
  { leadMs = 0, deadlineMs = DEADLINE_MS, afterClose }: ClosingOptions = {},
): void {
  const logger = new Logger('shutdown');
  let closing = false;
  const close = async (signal: NodeJS.Signals) => {
    // A terminal sends Ctrl-C to npm and to us, and npm passes it on: the second signal is no second wish.
    if (closing) return;
    closing = true;
    logger.log(`${signal}: finishing what is under way`);
    app.get(Drain).begin();
    setTimeout(() => exitAtDeadline(logger, deadlineMs), deadlineMs).unref();
    setTimeout(() => cutRequests(app), deadlineMs * REQUESTS_SHARE).unref();
    try {
      await delay(leadMs);
      await app.close();
      await afterClose?.();
    } catch (error) {
      logger.error({ msg: 'the shutdown failed', err: error });
      process.exit(1);
    }
    process.exit(0);
  };
  for (const signal of SIGNALS) process.on(signal, (received) => void close(received));
}

/**
 * For the time until `closeOnSignal`: on the same signals what has been started is stopped, and the process exits.
 * @returns a function that ends this
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
  logger.error(`not finished after ${deadlineMs} ms: ending without the rest`);
  process.exit(1);
}

/** A request whose sender is that slow would keep everything else from ending well. */
function cutRequests(app: INestApplication): void {
  const server: Server = app.getHttpServer();
  server.closeAllConnections();
}
