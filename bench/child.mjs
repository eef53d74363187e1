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

/** A child process that is killed when this process exits. Error messages quote the end of its output. */
export class Child {
  #process;
  #output = '';

  static program(command, args, options = {}) {
    return new Child(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options }));
  }

  static worker(script, args, options = {}) {
    return new Child(fork(script, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], ...options }));
  }

  constructor(process_) {
    this.#process = process_;
    this.exited = new Promise((resolve) => process_.on('exit', resolve).on('error', resolve));
    const keep = (chunk) => (this.#output = (this.#output + chunk).slice(-4_000));
    process_.stdout.on('data', keep);
    process_.stderr.on('data', keep);
    this.#killOnExit = () => process_.kill('SIGKILL');
    process.on('exit', this.#killOnExit);
  }

  #killOnExit;

  get pid() {
    return this.#process.pid;
  }

  /** Receives every message of a worker, including unsolicited ones. */
  onMessage(listener) {
    this.#process.on('message', listener);
  }

  /** Polls until `probe` resolves to true. */
  async ready(probe) {
    const giveUpAt = Date.now() + READY_MS;
    while (!(await probe().catch(() => false))) {
      if (this.#process.exitCode !== null) throw new Error(`A process exited during startup:\n${this.#output}`);
      if (Date.now() > giveUpAt) throw new Error(`A process was not ready in time:\n${this.#output}`);
      await delay(50);
    }
  }

  /** Sends a command to a worker and returns its figures; without a message, waits for the next response. */
  async request(message) {
    if (message !== undefined) this.#process.send(message);
    const exited = this.exited.then(() => ({ error: `The process exited:\n${this.#output}` }));
    const answer = await Promise.race([this.#response(), exited]);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.figures;
  }

  /** Skips unsolicited messages. */
  async #response() {
    for (;;) {
      const [message] = await once(this.#process, 'message');
      if (message.unsolicited === undefined) return message;
    }
  }

  async stop() {
    process.off('exit', this.#killOnExit);
    if (this.#process.exitCode !== null) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    await this.exited;
    clearTimeout(timer);
  }
}
