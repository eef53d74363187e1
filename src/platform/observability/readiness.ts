import { Injectable } from '@nestjs/common';
import { Bus } from '../bus/bus.js';
import { Config } from '../config/config.js';
import { Drain } from '../http/drain.js';
import { QueueProbe } from '../queues/queue-probe.js';
import { DatabaseProbe } from './database-probe.js';

const ANSWER_MS = 1_000;

export interface ReadinessReport {
  /** Names of the checks that keep this process from its work. */
  readonly failed: readonly string[];
  /** Names of the checks that failed and would in production be among those above. */
  readonly tolerated: readonly string[];
}

/** Whether this process can keep its promises at the moment. */
@Injectable()
export class Readiness {
  private readonly database: () => Promise<readonly string[]>;
  private readonly queue: () => Promise<readonly string[]>;

  constructor(
    private readonly drain: Drain,
    private readonly bus: Bus,
    private readonly config: Config,
    database: DatabaseProbe,
    queue: QueueProbe,
  ) {
    this.database = oneAtATime(() => database.faults());
    this.queue = oneAtATime(() => queueFaults(queue));
  }

  /** Answers within ANSWER_MS, whatever the state of what it asks. */
  async report(): Promise<ReadinessReport> {
    const [database, queue] = await Promise.all([
      within(ANSWER_MS, this.database(), ['database']),
      within(ANSWER_MS, this.queue(), ['queue']),
    ]);
    const faults = [
      ...(this.drain.begun ? ['draining'] : []),
      ...database,
      ...queue,
      ...(this.bus.connected ? [] : ['bus']),
    ];
    const tolerated = this.config.production ? [] : faults.filter((name) => SETTINGS.has(name));
    return { failed: faults.filter((name) => !tolerated.includes(name)), tolerated };
  }
}

/** What a developer may want to run with, knowingly. In production it stops the start. */
const SETTINGS = new Set(['durability', 'eviction']);

async function queueFaults(queue: QueueProbe): Promise<string[]> {
  const unsafeSettings = await queue.unsafeSettings();
  return unsafeSettings.length > 0 ? ['eviction'] : [];
}

/** While a question hangs, everybody waits for its answer: asking again would take one more connection each time. */
function oneAtATime<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let asked: Promise<Result> | undefined;
  return () => (asked ??= ask().finally(() => (asked = undefined)));
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
