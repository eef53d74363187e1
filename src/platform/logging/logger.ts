import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type LevelWithSilent, type Logger } from 'pino';
import { Outages } from './outages.js';
import { censor, loggedError, withoutSecrets } from './redaction.js';

export type Log = Logger;

/**
 * The log of this process: one line of JSON each, on standard output. Fields that are named like secrets lose their
 * value, and so does text that looks like one; still, never put a secret into a log call.
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

/** What Nest says of itself at every start: a hundred lines that nobody asked for. */
const CHATTER = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/**
 * Nest's log calls, `new Logger('context')`, on this log. A message that is an object gives the fields; one with an
 * `err` that repeats within seconds is counted and not written again.
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
      const level = as === 'info' && CHATTER.has(context ?? '') ? 'debug' : as;
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
