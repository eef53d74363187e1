import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '../concurrency/backoff.js';
import { mergeMetrics } from './merge-metrics.js';
import { isProcessMessage, METRICS_WITHIN_MS, type ProcessMessage } from './messages.js';

const BACKOFF = { firstMs: 100, maxMs: 30_000 };
/** A process that ends sooner counts as a failed start. */
const STABLE_MS = 10_000;
/** The time in which all processes are told to stop, so that not all of their clients reconnect at once. */
const STOPS_WITHIN_MS = 400;

export interface SupervisorOptions {
  readonly processes: number;
  /** Variables for the processes, besides those of the supervisor. */
  readonly variables: Readonly<Record<string, string>>;
  readonly log: (text: string) => void;
}

/** Runs the program several times behind one port, and starts a process again that has ended. */
export class Supervisor {
  private readonly workers = new Map<number, Worker>();
  private readonly scrapes = new Map<number, (process: number, text: string) => void>();
  private scrapeId = 0;
  private stopping = false;
  private restarting: Promise<void> = Promise.resolve();

  constructor(private readonly options: SupervisorOptions) {}

  /**
   * Resolves when all processes accept connections. The first one starts alone: it migrates the database and generates
   * secrets.
   * @throws Error when a process ends before
   */
  start(): Promise<void> {
    const started = this.launchAll();
    this.restarting = started.catch(() => undefined);
    return started;
  }

  private async launchAll(): Promise<void> {
    const [first, ...others] = Array.from({ length: this.options.processes }, (_, place) => place + 1);
    if (first !== undefined) await this.launch(first);
    await Promise.all(others.map((number) => this.launch(number)));
  }

  /** Replaces one process after another. The new one accepts connections before the old one is told to stop. */
  restart(): Promise<void> {
    this.restarting = this.restarting.then(async () => {
      for (const [number, old] of this.workers) {
        if (this.stopping) return;
        this.options.log(`restarting process ${number}`);
        await this.launch(number);
        await stop(old);
      }
    });
    // One that failed must not prevent the next one.
    const restarted = this.restarting;
    this.restarting = restarted.catch(() => undefined);
    return restarted;
  }

  /** Resolves when all processes have ended. Each of them ends by itself within its deadline. */
  async stop(): Promise<void> {
    this.stopping = true;
    const workers = [...this.workers.values()];
    const pauseMs = STOPS_WITHIN_MS / workers.length;
    await Promise.all(workers.map((worker, place) => delay(place * pauseMs).then(() => stop(worker))));
  }

  private async launch(number: number): Promise<void> {
    const worker = cluster.fork(this.options.variables);
    worker.on('message', (message: unknown) => {
      if (isProcessMessage(message)) this.receive(number, worker, message);
    });
    const startedAt = performance.now();
    const ended = once(worker, 'exit').then(([code, signal]) => String(signal ?? `code ${String(code)}`));
    const reason = await Promise.race([once(worker, 'listening').then(() => undefined), ended]);
    if (reason !== undefined) throw new Error(`process ${number} ended before it was ready: ${reason}`);
    this.workers.set(number, worker);
    void ended.then((how) => this.onEnd(number, worker, { how, stable: performance.now() - startedAt > STABLE_MS }));
  }

  private async onEnd(
    number: number,
    worker: Worker,
    { how, stable }: { readonly how: string; readonly stable: boolean },
  ): Promise<void> {
    // A process that was replaced, or told to stop, may end.
    if (this.stopping || this.workers.get(number) !== worker) return;
    this.workers.delete(number);
    this.options.log(`process ${number} has ended (${how}), starting it again`);
    for (let attempt = stable ? 1 : 2; !this.stopping; attempt++) {
      if (attempt > 1) await delay(backoffMs(attempt, BACKOFF));
      try {
        return await this.launch(number);
      } catch (error) {
        this.options.log(error instanceof Error ? error.message : String(error));
      }
    }
  }

  private receive(number: number, worker: Worker, message: ProcessMessage): void {
    if (message.kind === 'metrics') this.scrapes.get(message.id)?.(number, message.text);
    if (message.kind === 'metrics-wanted')
      void this.allMetrics().then((text) => send(worker, { kind: 'all-metrics', id: message.id, text }));
  }

  /** A process that does not answer in time is left out. */
  private async allMetrics(): Promise<string> {
    const id = ++this.scrapeId;
    const texts = new Map<number, string>();
    const workers = [...this.workers.values()];
    const all = new Promise<void>((resolve) => {
      this.scrapes.set(id, (number, text) => {
        texts.set(number, text);
        if (texts.size >= workers.length) resolve();
      });
    });
    for (const worker of workers) send(worker, { kind: 'read-metrics', id });
    await Promise.race([all, delay(METRICS_WITHIN_MS, undefined, { ref: false })]);
    this.scrapes.delete(id);
    return mergeMetrics(new Map([...texts].toSorted(([one], [other]) => one - other)));
  }
}

/** A process can end between the check and the message. */
function send(worker: Worker, message: ProcessMessage): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}

async function stop(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const ended = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  await ended;
}
