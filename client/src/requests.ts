import { answerLate, connectionClosed, connectionLost, frameTooLarge, queueFull, TidingsError } from './errors.js';
import type { Link, ServerFrame } from './link.js';

/** The server takes a burst of 100 frames and then 10 a second; what pings and renewals need is left to them. */
const BURST = 80;
const FRAMES_PER_MS = 10 / 1000;
const LARGEST_FRAME_BYTES = 64 * 1024;

interface Request {
  readonly id: number;
  readonly type: string;
  readonly payload: unknown;
  readonly outlivesLink: boolean;
  readonly resolve: (answer: ServerFrame) => void;
  readonly reject: (error: TidingsError) => void;
  timer?: ReturnType<typeof setTimeout>;
}

/**
 * Frames that are answered. What is asked while there is no link waits for one; what was sent over a link that is lost
 * fails, since nobody knows whether it arrived. The server's limit is kept here, so that coming back with a thousand
 * channels isn't taken for abuse.
 */
export class Requests {
  #link: Link | undefined;
  #lastId = 0;
  #waiting: Request[] = [];
  #allowance = BURST;
  #countedAt = 0;
  #pacer: ReturnType<typeof setTimeout> | undefined;
  readonly #sent = new Map<number, Request>();

  readonly #max: number;
  readonly #answerMs: number;

  /** @param most how much is kept while there is no link */
  constructor(max: number, answerMs: number) {
    this.#max = max;
    this.#answerMs = answerMs;
  }

  /**
   * @param outlivesLink whether to keep it for the next link while there is none
   * @throws TidingsError the server's, or `queue.full`, `connection.lost`, `connection.closed`, `answer.late`
   */
  ask(type: string, payload: unknown, outlivesLink = true): Promise<ServerFrame> {
    return new Promise((resolve, reject) => {
      if (isTooLarge(payload)) return reject(frameTooLarge());
      if (this.#link === undefined && !outlivesLink) return reject(connectionLost());
      if (this.#link === undefined && this.#waiting.length >= this.#max) return reject(queueFull());
      this.#waiting.push({ id: ++this.#lastId, type, payload, outlivesLink, resolve, reject });
      return this.#flush();
    });
  }

  /** @param first asks what has to go before all that waits */
  opened(link: Link, first: () => void): void {
    const kept = this.#waiting;
    this.#waiting = [];
    this.#link = link;
    this.#allowance = BURST;
    first();
    this.#waiting.push(...kept);
    this.#flush();
  }

  /** @returns whether this frame was the answer to something */
  answered(frame: ServerFrame): boolean {
    const request = this.#sent.get(Number(frame.id));
    if (request === undefined) return false;
    this.#forget(request);
    if (frame.type !== 'error') request.resolve(frame);
    else request.reject(TidingsError.of(frame.payload));
    return true;
  }

  lost(): void {
    this.#link = undefined;
    clearTimeout(this.#pacer);
    const gone = [...this.#sent.values(), ...this.#waiting.filter(({ outlivesLink }) => !outlivesLink)];
    this.#waiting = this.#waiting.filter(({ outlivesLink }) => outlivesLink);
    for (const request of gone) {
      this.#forget(request);
      request.reject(connectionLost());
    }
  }

  /** There will be no next link by itself. */
  closed(): void {
    this.lost();
    for (const { reject } of this.#waiting.splice(0)) reject(connectionClosed());
  }

  #flush(): void {
    const now = Date.now();
    this.#allowance = Math.min(BURST, this.#allowance + (now - this.#countedAt) * FRAMES_PER_MS);
    this.#countedAt = now;
    while (this.#link !== undefined && this.#allowance >= 1) {
      const request = this.#waiting.shift();
      if (request === undefined) return;
      this.#allowance--;
      this.#send(this.#link, request);
    }
    clearTimeout(this.#pacer);
    if (this.#link !== undefined && this.#waiting.length > 0) {
      this.#pacer = setTimeout(() => this.#flush(), (1 - this.#allowance) / FRAMES_PER_MS);
    }
  }

  #send(link: Link, request: Request): void {
    const { id, type, payload } = request;
    this.#sent.set(id, request);
    request.timer = setTimeout(() => {
      this.#forget(request);
      request.reject(answerLate());
    }, this.#answerMs);
    link.send({ type, payload, id });
  }

  #forget({ id, timer }: Request): void {
    clearTimeout(timer);
    this.#sent.delete(id);
  }
}

/** With room for the rest of the frame. */
function isTooLarge(payload: unknown): boolean {
  const text = JSON.stringify(payload) ?? '';
  return new TextEncoder().encode(text).length > LARGEST_FRAME_BYTES - 200;
}
