import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type LevelWithSilent, type Logger } from 'pino';
import { Outages } from './outages.js';
import { censor, loggedError, withoutSecrets } from './redaction.js';

export type Log = Logger;

/**
 * The log of this process: JSON lines on standard output. Values of fields named like secrets, and text that looks like
 * a secret, are redacted; still, never log a secret.
 */
export function createLog(level: LevelWithSilent, destination: DestinationStream = pino.destination(1)): Log {
  return pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      base: null,
      serializers: { err: loggedError, error: loggedError },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => withoutSecrets(fields) as Record<string, unknown>,
      },
      hooks: { streamWrite: censor },
    },
    destination,
  );
}

const COUNTED: ReadonlySet<Level> = new Set(['warn', 'error']);

/** Contexts of Nest's start-up messages, about a hundred lines, which are logged at debug level. */
const VERBOSE_CONTEXTS = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/**
 * Adapts Nest's log calls, `new Logger('context')`, to this log. An object message provides the fields. A repeated
 * error within seconds is counted instead of logged again.
 */
export function nestLogger(log: Log): LoggerService {
  const outages = new Outages((level, fields, msg) => log[level](fields, msg));
  const isCounted = (level: Level, context: string | undefined, fields: object): boolean => {
    const { err, msg = '' } = fields as { err?: unknown; msg?: string };
    return COUNTED.has(level) && err instanceof Error && outages.counts({ level, context, msg, err });
  };
  const write =
    (as: Level) =>
    (message: unknown, ...rest: unknown[]) => {
      const context = rest.findLast((part) => typeof part === 'string');
      const level = as === 'info' && VERBOSE_CONTEXTS.has(context ?? '') ? 'debug' : as;
      const fields = message instanceof Error ? { err: message } : message;
      if (typeof fields !== 'object' || fields === null) log[level]({ context }, String(message));
      else if (!isCounted(level, context, fields)) log[level]({ context, ...fields });
    };
  return {
    fatal: write('fatal'),
    error: write('error'),
    warn: write('warn'),
    log: write('info'),
    debug: write('debug'),
    verbose: write('trace'),
  };
}
