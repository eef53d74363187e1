const TIMEOUT_MS = 10_000;

/**
 * Detects a connection without a response. A browser answers the server's pings and does not report when they stop, so
 * the page sends pings of its own.
 */
export class Heartbeat {
  readonly #ping: () => void;
  readonly #onTimeout: () => void;
  #interval: ReturnType<typeof setInterval> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(ping: () => void, onTimeout: () => void) {
    this.#ping = ping;
    this.#onTimeout = onTimeout;
  }

  start(everyMs: number): void {
    this.#interval = setInterval(() => this.ask(), everyMs);
  }

  ask(): void {
    this.#ping();
    this.expectAnswer();
  }

  expectAnswer(): void {
    this.#deadline ??= setTimeout(() => this.#onTimeout(), TIMEOUT_MS);
  }

  answered(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  stop(): void {
    clearInterval(this.#interval);
    this.answered();
  }
}
