import type { Level } from 'pino';
import { isUnreachable } from '../database/database.js';

/** Longer than the interval of any sweep: during an outage some call fails within this time. */
const QUIET_MS = 10_000;
/** Interval at which an ongoing outage is logged again. */
const REMIND_MS = 60_000;
/** Causes that are tracked at a time. Beyond that every failure is logged in full. */
const MAX_CAUSES = 200;

interface Failure {
  readonly level: Level;
  readonly context: string | undefined;
  readonly msg: string;
  readonly err: unknown;
}

interface Outage extends Failure {
  readonly cause: string;
  readonly since: number;
  failures: number;
  last: number;
  loggedAt: number;
  end: NodeJS.Timeout | undefined;
}

type Write = (level: Level, fields: Record<string, unknown>, message: string) => void;

const DATABASE = 'the database is unavailable';
const QUEUES = 'the queues are unavailable';

/**
 * Logs each cause of failures once when it begins, and once with the number of failures after 10 s without one. An
 * unavailable database fails many calls per second in many places, and counts as one cause.
 */
export class Outages {
  private readonly open = new Map<string, Outage>();

  constructor(private readonly write: Write) {}

  /** @returns false when the failure should be logged in full, because it is the first of its kind */
  counts(failure: Failure): boolean {
    const cause = causeOf(failure);
    const known = this.open.get(cause);
    if (known === undefined) return this.begin(cause, failure);
    known.failures++;
    known.last = performance.now();
    if (known.last - known.loggedAt > REMIND_MS) this.log(known, 'ongoing');
    this.await(known);
    return true;
  }

  private begin(cause: string, failure: Failure): boolean {
    if (this.open.size >= MAX_CAUSES) return false;
    const now = performance.now();
    const outage = { ...failure, cause, since: now, last: now, loggedAt: now, failures: 1, end: undefined };
    this.open.set(cause, outage);
    this.await(outage);
    if (cause !== DATABASE && cause !== QUEUES) return false;
    // The stack of a failed connection is useless; the system's error message is not.
    const { context, msg } = failure;
    this.write('warn', { context, during: msg, reason: reasonOf(failure.err), code: codeOf(failure.err) }, cause);
    return true;
  }

  private await(outage: Outage): void {
    clearTimeout(outage.end);
    outage.end = setTimeout(() => this.over(outage), QUIET_MS).unref();
  }

  private over(outage: Outage): void {
    this.open.delete(outage.cause);
    if (outage.failures > 1 || isAway(outage.cause)) this.log(outage, 'resolved');
  }

  private log(outage: Outage, state: string): void {
    const { cause, context, msg, failures, since, last } = outage;
    outage.loggedAt = performance.now();
    const seconds = Math.round((last - since) / 100) / 10;
    if (isAway(cause)) this.write('warn', { failures, seconds }, `${cause}: ${state}`);
    else this.write(outage.level, { context, failures, seconds }, `${msg}: ${state}`);
  }
}

const isAway = (cause: string): boolean => cause === DATABASE || cause === QUEUES;

function causeOf({ context = '', msg, err }: Failure): string {
  const chain = causesOf(err);
  if (chain.some(isUnreachable)) return DATABASE;
  if (chain.some(isQueueAway)) return QUEUES;
  return [context, msg, ...chain.map((each) => (each instanceof Error ? `${each.name} ${each.message}` : ''))].join(
    '|',
  );
}

const QUEUES_AWAY =
  /^(?:Connection is closed\.|Command timed out|The queue (?:did not answer|is not answering|is unavailable))/;

function isQueueAway(error: unknown): boolean {
  return error instanceof Error && (error.name === 'MaxRetriesPerRequestError' || QUEUES_AWAY.test(error.message));
}

/** The error and its causes, up to `depth` levels. */
function causesOf(error: unknown, depth = 6): unknown[] {
  if (depth === 0 || error === undefined || error === null) return [];
  return [error, ...causesOf((error as { cause?: unknown }).cause, depth - 1)];
}

/** The message of the innermost cause: outer errors only repeat that an operation failed. */
function reasonOf(error: unknown): string {
  const deepest = causesOf(error).at(-1);
  if (deepest instanceof AggregateError && deepest.message === '') return deepest.errors.map(reasonOf).join('; ');
  return deepest instanceof Error ? deepest.message || deepest.name : 'unknown';
}

const codeOf = (error: unknown): unknown => (causesOf(error).at(-1) as { code?: unknown } | undefined)?.code;
