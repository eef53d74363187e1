import type { Display, Row } from './display.js';
import { deliveryOf } from './display.js';
import type { LogEvent } from './channel-log.js';
import { forward, type ForwardOptions, type Outcome, type StoredRequest } from './forward.js';
import { sleep } from './retries.js';

const MIN_DELAY_MS = 200;
const MAX_DELAY_MS = 3_000;
/** After so many connections that ended without an answer, the delivery itself is likely to crash the local server. */
const MAX_LOST = 5;

export interface DelivererOptions extends ForwardOptions {
  readonly url: URL;
  /** Go on with the next delivery when the local server is down. */
  readonly skipFailures: boolean;
}

/** Sends deliveries to the local server, one after the other. */
export class Deliverer {
  private isDown = false;

  constructor(
    private readonly options: DelivererOptions,
    private readonly display: Display,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Waits while the local server is down, unless failures are skipped.
   * @returns undefined when the command ends before the local server has got the delivery
   */
  async deliver(request: StoredRequest): Promise<Outcome | undefined> {
    for (let tries = 0, lost = 0; !this.signal.aborted; tries++) {
      const outcome = await forward(this.options.url, request, this.options);
      if (outcome.kind === 'answered' || outcome.kind === 'timeout') return this.reached(outcome);
      if (outcome.kind === 'lost') lost++;
      if (this.options.skipFailures) return outcome;
      if (lost === MAX_LOST) {
        this.display.notice('target-crashes', `No answer after ${MAX_LOST} attempts: going on with the next delivery.`);
        return outcome;
      }
      this.down(outcome.reason);
      await sleep(Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** Math.min(tries, 10)), this.signal);
    }
    return undefined;
  }

  private reached(outcome: Outcome): Outcome {
    if (this.isDown) this.display.notice('target-up', 'The local server answers again.');
    this.isDown = false;
    return outcome;
  }

  private down(reason: string): void {
    if (this.isDown) return;
    this.isDown = true;
    const advice = 'Waiting for it, in order; `--skip-failures` goes on.';
    this.display.notice('target-down', `${this.options.url.href} does not answer (${reason}). ${advice}`);
  }
}

export function rowOf(event: LogEvent, outcome: Row['outcome']): Row {
  const { deliveryId = '', sourceId = '', eventType = event.type, title = '' } = deliveryOf(event) ?? {};
  return { deliveryId, sourceId, eventType, title, ts: event.ts, outcome };
}
