import { Buffer } from 'node:buffer';
import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { EventBatch } from '../channels/event-batch.js';
import type { SubscriberPosition } from '../channels/subscriber.js';
import { CLOSE, type Closing } from '../protocol/close-codes.js';
import type { ServerFrame } from '../protocol/encode-frames.js';
import type { FrameWriter, Transport } from '../connections/transport.js';
import { SendBuffer } from '../connections/send-buffer.js';
import { Heartbeat } from '../connections/heartbeat.js';
import { resumeKeyEntry } from '../connections/resume-key.js';
import { entryOf, type LastEventId } from './last-event-id.js';

const HEAD = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // nginx would buffer the events otherwise.
  'x-accel-buffering': 'no',
  connection: 'close',
} as const;
const RETRY_MS = 1_000;
const RETRY_SPREAD_MS = 2_000;
/** How long a client may take to read the buffered rest after the end. */
const END_WITHIN_MS = 3_000;

/** The lines of each event of a batch, encoded once for all streams. */
const blocks = new WeakMap<EventBatch, readonly string[]>();

/**
 * A response of server-sent events. Its head is sent with the first frame, so the controller can still answer with an
 * error until then. The id of every frame and event holds the stream's positions in all of its channels.
 */
export class SseTransport implements Transport, FrameWriter {
  readonly via = 'sse';
  readonly sendBuffer: SendBuffer;
  readonly heartbeat = new Heartbeat(performance.now());
  private readonly response: ServerResponse;
  private begun = false;
  private ended = false;
  private positions: ReadonlyMap<string, SubscriberPosition> = new Map();

  /**
   * @param resume the client's positions in channels that aren't subscribed yet
   * @param resumeKey the key with which the client reconnects, part of every id
   */
  constructor(
    private readonly reply: FastifyReply,
    private resume: LastEventId | undefined,
    private readonly resumeKey?: string,
  ) {
    this.response = reply.raw;
    this.sendBuffer = new SendBuffer(this.response);
    // A client that disconnects is not an error.
    this.response.on('error', () => undefined);
  }

  get frames(): this {
    return this;
  }

  get isOpen(): boolean {
    return !this.ended && !this.response.destroyed;
  }

  /** Whether the head was sent. From then on no other answer is possible. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** The positions to put into ids, by channel. They advance by themselves. */
  trackPositions(positions: ReadonlyMap<string, SubscriberPosition>): void {
    this.positions = positions;
  }

  /** Drops the client's former positions, once all of its channels are subscribed or refused. */
  endResume(): void {
    this.resume = undefined;
  }

  send(frame: ServerFrame): void {
    const id = [...this.positions.values()]
      .map(currentEntry)
      .concat(this.resume?.without(this.positions.values()) ?? []);
    this.put(this.idLine(id) + dataLines(frame.text));
  }

  write(batch: EventBatch, position: SubscriberPosition): void {
    const texts = blocksOf(batch);
    const { epoch } = position.position;
    const others = [...this.positions.values()].filter((other) => other !== position).map(currentEntry);
    const known = others.concat(this.resume?.without(this.positions.values()) ?? []);
    let text = '';
    for (let offset = Math.max(batch.first, position.offset + 1); offset <= batch.last; offset++) {
      text += this.idLine([entryOf(epoch, offset), ...known]) + (texts[offset - batch.first] ?? '');
    }
    this.put(text);
  }

  ping(): void {
    // The controller may still answer with an error.
    if (!this.begun) return;
    this.put(':\n\n');
    // A comment has no answer. A dead client is detected by its unread bytes instead.
    this.heartbeat.heard();
  }

  close(closing: Closing): void {
    this.ended = true;
    if (!this.begun) return;
    // A client that doesn't read would never reach the end of the response.
    if (closing === CLOSE.slow) return this.terminate();
    this.response.end();
    const { response } = this;
    setTimeout(() => response.destroy(), END_WITHIN_MS).unref();
  }

  terminate(): void {
    this.ended = true;
    this.response.destroy();
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }

  private idLine(entries: readonly string[]): string {
    const all = this.resumeKey === undefined ? entries : [...entries, resumeKeyEntry(this.resumeKey)];
    return all.length === 0 ? '' : `id: ${all.join()}\n`;
  }

  private put(text: string): void {
    if (!this.begun) this.begin();
    if (this.isOpen) this.sendBuffer.write(Buffer.from(text));
  }

  private begin(): void {
    // The request has been answered otherwise, e.g. by its timeout.
    if (this.reply.sent || this.response.headersSent) this.ended = true;
    if (!this.isOpen) return;
    this.begun = true;
    this.reply.hijack();
    for (const [name, value] of Object.entries({ ...this.reply.getHeaders(), ...HEAD })) {
      if (value !== undefined) this.response.setHeader(name, value);
    }
    this.response.writeHead(200);
    // Spreads the reconnects of clients that were disconnected together.
    const retryMs = RETRY_MS + Math.round(Math.random() * RETRY_SPREAD_MS);
    this.sendBuffer.write(Buffer.from(`retry: ${retryMs}\n\n`));
  }
}

const currentEntry = ({ position }: SubscriberPosition): string => entryOf(position.epoch, position.offset);

/** Prefixes every line with `data: `, so that no text can inject a field. */
const dataLines = (text: string): string => `data: ${text.split(/\r\n|[\r\n]/).join('\ndata: ')}\n\n`;

function blocksOf(batch: EventBatch): readonly string[] {
  const known = blocks.get(batch);
  if (known !== undefined) return known;
  const encoded = batch.texts().map(dataLines);
  blocks.set(batch, encoded);
  return encoded;
}
