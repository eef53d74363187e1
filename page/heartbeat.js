const ANSWER_MS = 10_000;

/**
 * Notices a server that fell silent. Browsers answer the server's pings by themselves but never tell of one that stopped:
 * only an answer that doesn't come shows it.
 */
export class Heartbeat {
  #ping;
  #onSilence;
  #rounds;
  #deadline;

  constructor(ping, onSilence) {
    this.#ping = ping;
    this.#onSilence = onSilence;
  }

  start(everyMs) {
    this.#rounds = setInterval(() => this.ask(), everyMs);
  }

  ask() {
    this.#ping();
    this.expectAnswer();
  }

  expectAnswer() {
    this.#deadline ??= setTimeout(() => this.#onSilence(), ANSWER_MS);
  }

  answered() {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  stop() {
    clearInterval(this.#rounds);
    this.answered();
  }
}
