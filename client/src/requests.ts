import { answerLate, connectionClosed, connectionLost, frameTooLarge, queueFull, TidingsError } from './errors.js';
import type { Link, ServerFrame } from './link.js';

/** The server accepts 100 frames at once and then 10 a second; pings and token renewals keep a share of that. */
const BURST = 80;
const FRAMES_PER_MS = 10 / 1000;
const MAX_FRAME_BYTES = 64 * 1024;

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
 * Frames with answers. Requests without a link wait for one; requests that were sent over a lost link fail, since it is
 * unknown whether they arrived. Respects the server's rate limit, even when a thousand channels are subscribed again.
 */
export class Requests {
  #link: Link | undefined;
  #lastId = 0;
  #waiting: Request[] = [];
  #tokens = BURST;
  #countedAt = 0;
  #pacer: ReturnType<typeof setTimeout> | undefined;
  readonly #sent = new Map<number, Request>();

  readonly #max: number;
  readonly #requestTimeoutMs: number;

  /** @param max how many requests to queue while there is no link */
  constructor(max: number, requestTimeoutMs: number) {
    this.#max = max;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  /**
   * @param outlivesLink whether to keep the request for the next link
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

  /** @param first sends the requests that go before all queued ones */
  opened(link: Link, first: () => void): void {
    const kept = this.#waiting;
    this.#waiting = [];
    this.#link = link;
    this.#tokens = BURST;
    first();
    this.#waiting.push(...kept);
    this.#flush();
  }

  /** @returns whether this frame was an answer */
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

  /** The client will not reconnect by itself: fails all queued requests. */
  closed(): void {
    this.lost();
    for (const { reject } of this.#waiting.splice(0)) reject(connectionClosed());
  }

  #flush(): void {
    const now = Date.now();
    this.#tokens = Math.min(BURST, this.#tokens + (now - this.#countedAt) * FRAMES_PER_MS);
    this.#countedAt = now;
    while (this.#link !== undefined && this.#tokens >= 1) {
      const request = this.#waiting.shift();
      if (request === undefined) return;
      this.#tokens--;
      this.#send(this.#link, request);
    }
    clearTimeout(this.#pacer);
    if (this.#link !== undefined && this.#waiting.length > 0) {
      this.#pacer = setTimeout(() => this.#flush(), (1 - this.#tokens) / FRAMES_PER_MS);
    }
  }

  #send(link: Link, request: Request): void {
    const { id, type, payload } = request;
    this.#sent.set(id, request);
    request.timer = setTimeout(() => {
      this.#forget(request);
      request.reject(answerLate());
    }, this.#requestTimeoutMs);
    link.send({ type, payload, id });
  }

  #forget({ id, timer }: Request): void {
    clearTimeout(timer);
    this.#sent.delete(id);
  }
}

/** Leaves room for the rest of the frame. */
function isTooLarge(payload: unknown): boolean {
  const text = JSON.stringify(payload) ?? '';
  return new TextEncoder().encode(text).length > MAX_FRAME_BYTES - 200;
}
