import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type LevelWithSilent, type Logger } from 'pino';
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

/** What Nest says of itself at every start: a hundred lines that nobody asked for. */
const CHATTER = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/** Nest's log calls, `new Logger('context')`, on this log. A message that is an object gives the fields. */
export function nestLogger(log: Log): LoggerService {
  const write =
    (as: Level) =>
    (message: unknown, ...rest: unknown[]) => {
      const context = rest.findLast((part) => typeof part === 'string');
      const level = as === 'info' && CHATTER.has(context ?? '') ? 'debug' : as;
      if (message instanceof Error) log[level]({ context, err: message });
      else if (typeof message === 'object' && message !== null) log[level]({ context, ...message });
      else log[level]({ context }, String(message));
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
