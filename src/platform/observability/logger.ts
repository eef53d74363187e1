import type { LoggerService } from '@nestjs/common';
import { pino, type Level, type LevelWithSilent } from 'pino';

/** Nest's log calls as one line of JSON each. A message that is an object gives the fields; never put a secret into one. */
export function nestLogger(level: LevelWithSilent): LoggerService {
  const logger = pino({ level, timestamp: pino.stdTimeFunctions.isoTime, base: null });
  const write =
    (as: Level) =>
    (message: unknown, ...rest: unknown[]) => {
      const context = rest.findLast((part) => typeof part === 'string');
      if (typeof message === 'object' && message !== null) logger[as]({ context, ...message });
      else logger[as]({ context }, String(message));
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
