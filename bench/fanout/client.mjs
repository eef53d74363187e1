/**
 * Many subscribers in one process, on bare sockets with one shared read buffer, so that receiving costs less than
 * sending. It takes one command at a time and reports, unsolicited, each message that all its subscribers received.
 */
import { connect } from 'node:net';
import { findStamp, microseconds, numberAt, sentAt } from './message.mjs';
import { Histogram } from '../statistics.mjs';
import { protocolFor } from './wire.mjs';

const CONCURRENT_OPENS = 100;
const buffer = Buffer.allocUnsafe(256 * 1024);
const connections = [];
const arrived = new Map();
let latencies = new Histogram();
let disorder = 0;
let closing = false;

class Connection {
  upgraded = false;
  ready = false;
  #rest = undefined;
  #last = undefined;
  #socket;
  #protocol;

  constructor(port, protocol, done) {
    this.#protocol = protocol;
    this.subscribed = () => {
      this.ready = true;
      done();
    };
    const onread = { buffer, callback: (length) => this.#read(length) };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.#socket.on('connect', () => this.#socket.write(protocol.hello));
    this.#socket.on('error', (error) => fail(error));
    this.#socket.on('close', () => fail(new Error('The server closed a connection.')));
  }

  write(bytes) {
    this.#socket.write(bytes);
  }

  end() {
    this.#socket.resetAndDestroy();
  }

  /** @returns whether the bytes hold a message of the bench */
  message(bytes, start, end) {
    const at = findStamp(bytes, start, end);
    if (at < 0) return false;
    const number = numberAt(bytes, at);
    if (this.#last !== undefined && number !== this.#last + 1) disorder++;
    this.#last = number;
    latencies.add((microseconds() - sentAt(bytes, at)) / 1_000);
    const count = (arrived.get(number) ?? 0) + 1;
    arrived.set(number, count);
    if (count === connections.length) {
      arrived.delete(number);
      process.send({ unsolicited: 'reached', number });
    }
    return true;
  }

  #read(length) {
    const bytes = this.#rest === undefined ? buffer : Buffer.concat([this.#rest, buffer.subarray(0, length)]);
    const end = this.#rest === undefined ? length : bytes.length;
    const understood = this.#protocol.read(this, bytes, end);
    this.#rest = understood === end ? undefined : Buffer.from(bytes.subarray(understood, end));
    return true;
  }
}

function fail(error) {
  if (!closing) process.send({ unsolicited: 'failed', error: error.message });
}

const commands = {
  /** Adds one subscriber for each of `credentials`. */
  async open({ port, target, credentials }) {
    const waiting = [...credentials];
    const openNext = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        await new Promise((resolve) => connections.push(new Connection(port, protocolFor(target, next), resolve)));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_OPENS }, openNext));
    return {};
  },

  /** Returns the figures since the last call. */
  async collect() {
    const figures = { latencies: latencies.counts, disorder };
    latencies = new Histogram();
    disorder = 0;
    return figures;
  },
};

process.on('message', ({ command, ...input }) => {
  commands[command](input).then(
    (figures) => process.send({ figures }),
    (error) => process.send({ error: error.message }),
  );
});
process.on('uncaughtException', (error) => fail(error));
process.on('disconnect', () => {
  closing = true;
  process.exit(0);
});
