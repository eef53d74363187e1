import { Injectable } from '@nestjs/common';
import { Bus } from '../bus/bus.js';
import { isTooFarOff } from '../clock/clock-drift.js';
import { databaseClock } from '../clock/database-clock.js';
import { Config } from '../config/config.js';
import { Drain } from '../http/server/drain.js';
import { QueueProbe } from '../queues/queue-probe.js';
import { DatabaseProbe, REPLICATION } from './database-probe.js';

const ANSWER_MS = 1_000;

export interface ReadinessReport {
  /** Names of the checks that keep this process from its work. */
  readonly failed: readonly string[];
  /** Names of the checks that failed and only make its work late. */
  readonly degraded: readonly string[];
  /** Names of the checks that failed and do not keep it from its work: those of a developer's settings, and of the replication. */
  readonly tolerated: readonly string[];
  /** Names of the checks that passed. */
  readonly passed: readonly string[];
}

/** Whether this process can do its job at the moment. */
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
    // Sweeps find what no job and no wake-up tells of. The tables of the queues are as reachable as the rest.
    this.late = new Set(['redis', 'eviction', 'bus']);
  }

  /** Answers within ANSWER_MS, whatever the state of what it asks. */
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

/** What a developer may want to run with, knowingly. In production it stops the start. */
const SETTINGS = new Set(['durability', 'eviction']);

async function queueFaults(queue: QueueProbe): Promise<string[]> {
  const unsafeSettings = await queue.unsafeSettings();
  return unsafeSettings.length > 0 ? ['eviction'] : [];
}

/**
 * While a question hangs, everybody waits for its answer: asking again would take one more connection each time.
 * @param otherwise the answer where there is none in time
 */
function oneAtATime<Result>(ask: () => Promise<Result>, otherwise: Result): () => Promise<Result> {
  let asked: Promise<Result> | undefined;
  return () => within(ANSWER_MS, (asked ??= ask().finally(() => (asked = undefined))), otherwise);
}

async function within<Result>(ms: number, answer: Promise<Result>, otherwise: Result): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result>((resolve) => {
    timer = setTimeout(resolve, ms, otherwise);
  });
  try {
    return await Promise.race([answer.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}
