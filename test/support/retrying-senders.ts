import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from './api.js';
import { eventually } from './eventually.js';
import { lostAndTwice } from './record-run.js';
import { githubHeaders, webhookEvents, type TestSource } from './webhooks.js';

const RETRY_AFTER_MS = 20;
/** A webhook that is not acknowledged is sent again for so long after the end of the load. */
const RETRY_MS = 60_000;
const DRAINED_WITHIN_MS = 60_000;

export const NO_FAULTS = { lost: 0, twice: 0, disorder: 0 };

/** Senders that send webhooks one after the other, each until it is acknowledged, and record the acknowledged ones. */
export class RetryingSenders {
  /** The ids of deliveries that were acknowledged, by the sender's id. */
  readonly acknowledged = new Map<string, string>();
  attempts = 0;
  /** Attempts that were not acknowledged. */
  refusals = 0;
  private isOver = false;
  private readonly running: Promise<void[]>;

  constructor(
    private readonly source: TestSource,
    count: number,
  ) {
    this.running = Promise.all(Array.from({ length: count }, () => this.run()));
  }

  /** Settles when each webhook under way is acknowledged. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  /** Waits until the log has each acknowledged webhook. @returns the figures that every run must have as zeros */
  async compareWithLog(api: Api, workspaceId: string): Promise<typeof NO_FAULTS> {
    const ids = [...this.acknowledged.values()];
    const events = await eventually(
      'every acknowledged webhook is in the log',
      async () => {
        const found = await webhookEvents(api, workspaceId);
        const arrived = new Set(found.map(({ payload }) => payload.deliveryId));
        return ids.every((id) => arrived.has(id)) && found;
      },
      DRAINED_WITHIN_MS,
    );
    const arrived = events.map(({ payload }) => payload.deliveryId);
    const disorder = events.filter(({ offset }, i) => offset !== i + 1).length;
    return { ...lostAndTwice(ids, arrived), disorder };
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      const senderId = randomUUID();
      const body = JSON.stringify({ ref: 'refs/heads/main', after: senderId, padding: 'x'.repeat(1_000) });
      await this.sendUntilAcknowledged(senderId, body);
    }
  }

  private async sendUntilAcknowledged(senderId: string, body: string): Promise<void> {
    const headers = githubHeaders({ body, deliveryId: senderId, secret: this.source.secret });
    for (const begin = performance.now(); performance.now() < begin + RETRY_MS; await delay(RETRY_AFTER_MS)) {
      this.attempts += 1;
      const answer = await fetch(this.source.url, { method: 'POST', headers, body }).catch(() => undefined);
      if (answer?.status === 202) {
        const { deliveryId } = (await answer.json().catch(() => ({}))) as { deliveryId?: string };
        if (deliveryId !== undefined) return void this.acknowledged.set(senderId, deliveryId);
      }
      this.refusals += 1;
      if (answer !== undefined && answer.status !== 503) throw new Error(`Unexpected answer ${answer.status}.`);
    }
    throw new Error(`A webhook was not acknowledged within ${RETRY_MS} ms.`);
  }
}
