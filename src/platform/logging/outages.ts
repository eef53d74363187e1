import type { Level } from 'pino';
import { isUnreachable } from '../database/database.js';

/** Longer than any of our sweeps waits: while something is away, some call fails within this time. */
const QUIET_MS = 10_000;
/** What doesn't end is told again this often. */
const REMIND_MS = 60_000;
/** Of causes at a time. Beyond that each failure is written down, as if it was the first. */
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
  told: number;
  end: NodeJS.Timeout | undefined;
}

type Write = (level: Level, fields: Record<string, unknown>, message: string) => void;

const DATABASE = 'the database can not be reached';
const QUEUES = 'the queues can not be reached';

/**
 * Says each cause of failures once when it begins, and once with their number when none has come for 10 s. What fails
 * because the database is away fails in twenty places at once, several times a second: that is one cause.
 */
export class Outages {
  private readonly open = new Map<string, Outage>();

  constructor(private readonly write: Write) {}

  /** @returns false when the failure is to be written down as it is: it is the first of its kind */
  counts(failure: Failure): boolean {
    const cause = causeOf(failure);
    const known = this.open.get(cause);
    if (known === undefined) return this.begin(cause, failure);
    known.failures++;
    known.last = performance.now();
    if (known.last - known.told > REMIND_MS) this.tell(known, 'goes on');
    this.await(known);
    return true;
  }

  private begin(cause: string, failure: Failure): boolean {
    if (this.open.size >= MAX_CAUSES) return false;
    const now = performance.now();
    const outage = { ...failure, cause, since: now, last: now, told: now, failures: 1, end: undefined };
    this.open.set(cause, outage);
    this.await(outage);
    if (cause !== DATABASE && cause !== QUEUES) return false;
    // The stack of a call that met a closed port says nothing; what the system said of the port does.
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
    if (outage.failures > 1 || isAway(outage.cause)) this.tell(outage, 'is over');
  }

  private tell(outage: Outage, state: string): void {
    const { cause, context, msg, failures, since, last } = outage;
    outage.told = performance.now();
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
  /^(?:Connection is closed\.|Command timed out|The queue (?:gave no answer|has not answered|can not be reached))/;

function isQueueAway(error: unknown): boolean {
  return error instanceof Error && (error.name === 'MaxRetriesPerRequestError' || QUEUES_AWAY.test(error.message));
}

/** The error and what caused it, at most so deep. */
function causesOf(error: unknown, depth = 6): unknown[] {
  if (depth === 0 || error === undefined || error === null) return [];
  return [error, ...causesOf((error as { cause?: unknown }).cause, depth - 1)];
}

/** Of the cause that lies deepest: what wraps it only repeats that something failed. */
function reasonOf(error: unknown): string {
  const deepest = causesOf(error).at(-1);
  if (deepest instanceof AggregateError && deepest.message === '') return deepest.errors.map(reasonOf).join('; ');
  return deepest instanceof Error ? deepest.message || deepest.name : 'unknown';
}

const codeOf = (error: unknown): unknown => (causesOf(error).at(-1) as { code?: unknown } | undefined)?.code;
