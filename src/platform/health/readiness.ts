import { singleFlight } from '../concurrency/single-flight.js';
import { Injectable } from '@nestjs/common';
import { Bus } from '../bus/bus.js';
import { isTooFarOff } from '../clock/clock-drift.js';
import { databaseClock } from '../clock/database-clock.js';
import { Config } from '../config/config.js';
import { Drain } from '../http/server/drain.js';
import { QueueProbe } from '../queues/queue-probe.js';
import { DatabaseProbe, REPLICATION } from './database-probe.js';

const CHECK_TIMEOUT_MS = 1_000;

/**
 * How long the last result counts while a check is late. A slow database is slow for every process: without this, a
 * proxy would find none that is ready. With the timeout, a process that is cut off is not ready within 3 s.
 */
const TOLERANCE_MS = 2_000;

export interface ReadinessReport {
  /** Failed checks that make this process not ready. */
  readonly failed: readonly string[];
  /** Failed checks that only delay its work. */
  readonly degraded: readonly string[];
  /** Failed checks that are ignored: replication, and unsafe settings in development. */
  readonly tolerated: readonly string[];
  /** Passed checks. */
  readonly passed: readonly string[];
}

/** Whether this process can work at the moment. */
@Injectable()
export class Readiness {
  private readonly database: () => Promise<readonly string[]>;
  private readonly queue: () => Promise<readonly string[]>;
  private readonly checks: readonly string[];
  private readonly late: ReadonlySet<string>;

  constructor(
    private readonly drain: Drain,
    private readonly bus: Bus,
    private readonly config: Config,
    database: DatabaseProbe,
    queue: QueueProbe,
  ) {
    const place = queue.isRedis ? 'redis' : 'queue';
    this.database = oneAtATime(() => database.faults(), ['database']);
    this.queue = oneAtATime(() => queueFaults(queue), [place]);
    this.checks = [
      'clock',
      'database',
      'migrations',
      'durability',
      place,
      ...(queue.isRedis ? ['eviction'] : []),
      'bus',
    ];
    // Sweeps find work whose job or hint was lost. Queue tables in PostgreSQL are as available as the database.
    this.late = new Set(['redis', 'eviction', 'bus']);
  }

  /** Answers within CHECK_TIMEOUT_MS, whatever the state of the backends. */
  async report(): Promise<ReadinessReport> {
    const [database, queue] = await Promise.all([this.database(), this.queue()]);
    const faults = [
      ...(this.drain.begun ? ['draining'] : []),
      ...(isTooFarOff(databaseClock.driftMs) ? ['clock'] : []),
      ...database,
      ...queue,
      ...(this.bus.connected ? [] : ['bus']),
    ];
    const tolerated = faults.filter((name) => name === REPLICATION || (!this.config.production && SETTINGS.has(name)));
    const degraded = faults.filter((name) => this.late.has(name) && !tolerated.includes(name));
    return {
      failed: faults.filter((name) => !tolerated.includes(name) && !degraded.includes(name)),
      degraded,
      tolerated,
      passed: this.checks.filter((name) => !faults.includes(name)),
    };
  }
}

/** Settings that are acceptable in development; in production they prevent the start. */
const SETTINGS = new Set(['durability', 'eviction']);

async function queueFaults(queue: QueueProbe): Promise<string[]> {
  const unsafeSettings = await queue.unsafeSettings();
  return unsafeSettings.length > 0 ? ['eviction'] : [];
}

/**
 * While a check is running, all callers share its result: another check would use another connection.
 * @param otherwise the result after an error, and when there is no result for longer than TOLERANCE_MS
 */
function oneAtATime<Result>(ask: () => Promise<Result>, otherwise: Result): () => Promise<Result> {
  let last: { readonly result: Result; readonly at: number } | undefined;
  const shared = singleFlight(async () => {
    const result = await ask();
    last = { result, at: performance.now() };
    return result;
  });
  return async () => {
    const answered = shared().then(
      (result) => ({ result }),
      () => ({ result: otherwise }),
    );
    const answer = await within(CHECK_TIMEOUT_MS, answered);
    if (answer !== undefined) return answer.result;
    return last !== undefined && performance.now() - last.at < TOLERANCE_MS ? last.result : otherwise;
  };
}

/** @returns undefined when the answer takes longer */
async function within<Result>(ms: number, answer: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
