import { join } from 'node:path';
import { Child } from '../child.mjs';
import { Histogram } from '../statistics.mjs';
import { cpuSeconds } from './observe.mjs';

const TIMEOUT_MS = 120_000;

/** All subscribers, spread over several processes so that receiving is not the bottleneck. */
export class Subscribers {
  #clients;
  #reached = new Map();
  #last = 0;
  #waiting = [];
  #failure;

  constructor(processes) {
    const script = join(import.meta.dirname, 'client.mjs');
    this.#clients = Array.from({ length: processes }, () => Child.worker(script, []));
    for (const client of this.#clients) client.onMessage((message) => this.#onMessage(message));
  }

  get cpuSeconds() {
    return this.#clients.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  }

  /** Adds subscribers, an equal share to each process. */
  async open(port, target, credentials) {
    const share = (i) => credentials.filter((_, at) => at % this.#clients.length === i);
    const open = (client, i) => client.request({ command: 'open', port, target, credentials: share(i) });
    await Promise.all(this.#clients.map((client, i) => this.#orFailed(open(client, i))));
  }

  /** Resolves when every subscriber has received this message and all before it. */
  async reached(number) {
    if (this.#last >= number) return;
    await this.#orFailed(new Promise((resolve) => this.#waiting.push({ number, resolve })));
  }

  /** Returns the latencies and the disorder since the last call. */
  async collect() {
    const latencies = new Histogram();
    let disorder = 0;
    for (const client of this.#clients) {
      const figures = await client.request({ command: 'collect' });
      latencies.merge(Uint32Array.from(Object.values(figures.latencies)));
      disorder += figures.disorder;
    }
    return { latencies, disorder };
  }

  async stop() {
    await Promise.all(this.#clients.map((client) => client.stop()));
  }

  #onMessage({ unsolicited, number, error }) {
    if (unsolicited === 'failed') this.#failure = new Error(error);
    if (unsolicited !== 'reached') return;
    const processes = (this.#reached.get(number) ?? 0) + 1;
    this.#reached.set(number, processes);
    if (processes < this.#clients.length) return;
    this.#reached.delete(number);
    // Subscribers receive messages in order, so they have received the earlier ones too.
    this.#last = Math.max(this.#last, number);
    for (const { resolve } of this.#waiting.filter((one) => one.number <= number)) resolve();
    this.#waiting = this.#waiting.filter((one) => one.number > number);
  }

  async #orFailed(work) {
    const giveUpAt = performance.now() + TIMEOUT_MS;
    let timer;
    const failed = new Promise((_, reject) => {
      timer = setInterval(() => {
        if (this.#failure !== undefined) reject(this.#failure);
        if (performance.now() > giveUpAt)
          reject(new Error(`Some subscribers received no message within ${TIMEOUT_MS} ms.`));
      }, 100);
    });
    try {
      return await Promise.race([work, failed]);
    } finally {
      clearInterval(timer);
    }
  }
}
