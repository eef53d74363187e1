import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

const MARK = '"deliveryId":"';
const EVENT_MARK = '"id":"';
const UUID_LENGTH = 36;
const TIMEOUT_MS = 120_000;

/** A WebSocket that records when the frame of each delivery arrives. */
export class Subscriber {
  #socket;
  #mark;
  /** deliveryId -> time */
  arrivals = new Map();
  frames = 0;
  lastAt = 0;

  /** @param target `byEvent`: arrivals are known by the id of the event, not by that of the delivery */
  static async open(port, { path, protocols = [], hello, ready, byEvent = false }) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { perMessageDeflate: false });
    await once(socket, 'open');
    if (hello !== undefined) socket.send(JSON.stringify(hello));
    if (ready !== undefined) await frameOfType(socket, ready);
    return new Subscriber(socket, byEvent ? EVENT_MARK : MARK);
  }

  constructor(socket, mark) {
    this.#socket = socket;
    this.#mark = mark;
    socket.on('message', (data) => this.#record(data.toString()));
    socket.on('close', (code, reason) => (this.closed = `${code} ${reason}`));
  }

  /** Forgets all earlier arrivals. */
  reset() {
    this.arrivals = new Map();
    this.frames = 0;
  }

  async waitFor(count) {
    const giveUpAt = performance.now() + TIMEOUT_MS;
    while (this.arrivals.size < count) {
      if (this.closed !== undefined) throw new Error(`The server closed the WebSocket: ${this.closed}`);
      if (performance.now() > giveUpAt) throw new Error(`${this.arrivals.size} of ${count} events arrived.`);
      await delay(10);
    }
  }

  close() {
    this.#socket.terminate();
  }

  #record(text) {
    const at = text.indexOf(this.#mark);
    if (at < 0) return;
    this.frames += 1;
    this.lastAt = performance.now();
    this.arrivals.set(text.slice(at + this.#mark.length, at + this.#mark.length + UUID_LENGTH), this.lastAt);
  }
}

async function frameOfType(socket, type) {
  for (;;) {
    const [data] = await once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
    const frame = JSON.parse(data.toString());
    if (frame.type === type) return;
    if (frame.type === 'error') throw new Error(`The server refused the subscription: ${data}`);
  }
}
