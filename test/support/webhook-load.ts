import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { githubHeaders, type TestSource } from './webhooks.js';

/** Sends numbered deliveries at a steady rate, ignoring errors, and records the number of each delivery. */
export class WebhookLoad {
  /** Numbers by delivery id. */
  readonly numbers = new Map<string, number>();
  private next = 1;
  private stopped = false;
  private inFlight = 0;
  private readonly running: Promise<void>;

  constructor(
    private readonly source: TestSource,
    private readonly perSecond: number,
  ) {
    this.running = this.run();
  }

  /** The next number to send: it and all later ones are committed after this call. */
  get later(): number {
    return this.next;
  }

  get acknowledged(): number {
    return this.numbers.size;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
    while (this.inFlight > 0) await delay(10);
  }

  private async run(): Promise<void> {
    const everyMs = 1_000 / this.perSecond;
    for (let at = performance.now(); !this.stopped; at += everyMs) {
      const wait = at - performance.now();
      if (wait > 0) await delay(wait);
      // Bounds the requests that wait for a server that does not answer.
      if (this.inFlight < 200) void this.send(this.next++);
      else at = performance.now();
    }
  }

  private async send(number: number): Promise<void> {
    this.inFlight++;
    try {
      const body = JSON.stringify({ ref: 'refs/heads/main', after: randomUUID(), number });
      const headers = githubHeaders({ body, secret: this.source.secret });
      const answer = await fetch(this.source.url, { method: 'POST', headers, body });
      const { deliveryId } = (await answer.json()) as { deliveryId?: string };
      if (answer.status === 202 && deliveryId !== undefined) this.numbers.set(deliveryId, number);
    } catch {
      // Only acknowledged deliveries count.
    } finally {
      this.inFlight--;
    }
  }
}
