import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const READY_MS = 30_000;
const STOP_MS = 12_000;

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A child process that leaves when we do, and whose last words are kept for the error message. */
export class Child {
  #process;
  #said = '';

  static program(command, args, options = {}) {
    return new Child(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options }));
  }

  static worker(script, args, options = {}) {
    return new Child(fork(script, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], ...options }));
  }

  constructor(process_) {
    this.#process = process_;
    this.exited = new Promise((resolve) => process_.on('exit', resolve).on('error', resolve));
    const keep = (chunk) => (this.#said = (this.#said + chunk).slice(-4_000));
    process_.stdout.on('data', keep);
    process_.stderr.on('data', keep);
    this.#killWithUs = () => process_.kill('SIGKILL');
    process.on('exit', this.#killWithUs);
  }

  #killWithUs;

  get pid() {
    return this.#process.pid;
  }

  /** Sees whatever a worker says, asked or not. */
  onMessage(listener) {
    this.#process.on('message', listener);
  }

  /** Asks until `probe` resolves to true. */
  async ready(probe) {
    const giveUpAt = Date.now() + READY_MS;
    while (!(await probe().catch(() => false))) {
      if (this.#process.exitCode !== null) throw new Error(`A process ended at its start:\n${this.#said}`);
      if (Date.now() > giveUpAt) throw new Error(`A process was not ready in time:\n${this.#said}`);
      await delay(50);
    }
  }

  /** One command to a worker, and its answer. */
  async ask(message) {
    if (message !== undefined) this.#process.send(message);
    const ended = this.exited.then(() => ({ error: `The process ended:\n${this.#said}` }));
    const answer = await Promise.race([this.#answer(), ended]);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.figures;
  }

  /** What a worker says unasked is no answer. */
  async #answer() {
    for (;;) {
      const [message] = await once(this.#process, 'message');
      if (message.unasked === undefined) return message;
    }
  }

  async stop() {
    process.off('exit', this.#killWithUs);
    if (this.#process.exitCode !== null) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    await this.exited;
    clearTimeout(timer);
  }
}
