import { join } from 'node:path';
import { Child } from '../child.mjs';
import { Histogram } from '../statistics.mjs';
import { cpuSeconds } from './observe.mjs';

const GIVE_UP_MS = 120_000;

/** All subscribers, spread over several processes so that receiving is not the brake. */
export class Audience {
  #clients;
  #reached = new Map();
  #last = 0;
  #waiting = [];
  #broken;

  constructor(processes) {
    const script = join(import.meta.dirname, 'client.mjs');
    this.#clients = Array.from({ length: processes }, () => Child.worker(script, []));
    for (const client of this.#clients) client.onMessage((message) => this.#hear(message));
  }

  get cpuSeconds() {
    return this.#clients.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  }

  /** Adds subscribers, an equal share to each process. */
  async open(port, target, credentials) {
    const share = (i) => credentials.filter((_, at) => at % this.#clients.length === i);
    const open = (client, i) => client.ask({ command: 'open', port, target, credentials: share(i) });
    await Promise.all(this.#clients.map((client, i) => this.#orBroken(open(client, i))));
  }

  /** Settles when every subscriber has got this message and all before it. */
  async reached(number) {
    if (this.#last >= number) return;
    await this.#orBroken(new Promise((resolve) => this.#waiting.push({ number, resolve })));
  }

  /** What arrived since the last time. */
  async collect() {
    const latencies = new Histogram();
    let disorder = 0;
    for (const client of this.#clients) {
      const figures = await client.ask({ command: 'collect' });
      latencies.merge(Uint32Array.from(Object.values(figures.latencies)));
      disorder += figures.disorder;
    }
    return { latencies, disorder };
  }

  async stop() {
    await Promise.all(this.#clients.map((client) => client.stop()));
  }

  #hear({ unasked, number, error }) {
    if (unasked === 'broken') this.#broken = new Error(error);
    if (unasked !== 'reached') return;
    const processes = (this.#reached.get(number) ?? 0) + 1;
    this.#reached.set(number, processes);
    if (processes < this.#clients.length) return;
    this.#reached.delete(number);
    // Each subscriber gets them in order, so the ones before have been reached too.
    this.#last = Math.max(this.#last, number);
    for (const { resolve } of this.#waiting.filter((one) => one.number <= number)) resolve();
    this.#waiting = this.#waiting.filter((one) => one.number > number);
  }

  async #orBroken(work) {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    let timer;
    const broken = new Promise((_, reject) => {
      timer = setInterval(() => {
        if (this.#broken !== undefined) reject(this.#broken);
        if (performance.now() > giveUpAt) reject(new Error(`Not everyone was reached in ${GIVE_UP_MS} ms.`));
      }, 100);
    });
    try {
      return await Promise.race([work, broken]);
    } finally {
      clearInterval(timer);
    }
  }
}
