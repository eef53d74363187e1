import { Logger } from '@nestjs/common';
import type { Level } from 'pino';
import { format } from 'node:util';
import { nestLogger, type Log } from './logger.js';

const LEVELS = { debug: 'debug', info: 'info', log: 'info', trace: 'debug', warn: 'warn', error: 'error' } as const;
const MAX_CHARACTERS = 2_000;

/**
 * Converts console output of libraries and Node into log lines, so that all output of this process is JSON. Secrets are
 * redacted as in other lines.
 */
export function captureOutput(log: Log): void {
  for (const [method, level] of Object.entries(LEVELS)) {
    Object.assign(console, { [method]: (...parts: unknown[]) => write(log, level, parts) });
  }
  // The existing listener is Node's own, which prints.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.warn({ context: 'node', warning: warning.name }, warning.message));
  Logger.overrideLogger(nestLogger(log));
}

function write(log: Log, level: Level, parts: readonly unknown[]): void {
  const error = parts.find((part) => part instanceof Error);
  if (error !== undefined) log[level]({ context: 'console', err: error });
  else log[level]({ context: 'console' }, format(...parts).slice(0, MAX_CHARACTERS));
}
