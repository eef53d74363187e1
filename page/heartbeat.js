const TIMEOUT_MS = 10_000;

/**
 * Detects a connection without a response. Browsers answer the server's pings but do not report when those stop, so the
 * page sends its own pings.
 */
export class Heartbeat {
  #ping;
  #onTimeout;
  #interval;
  #deadline;

  constructor(ping, onTimeout) {
    this.#ping = ping;
    this.#onTimeout = onTimeout;
  }

  start(everyMs) {
    this.#interval = setInterval(() => this.ask(), everyMs);
  }

  ask() {
    this.#ping();
    this.expectAnswer();
  }

  expectAnswer() {
    this.#deadline ??= setTimeout(() => this.#onTimeout(), TIMEOUT_MS);
  }

  answered() {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  stop() {
    clearInterval(this.#interval);
    this.answered();
  }
}
