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
  // nginx would hold events back until it has a buffer full of them.
  'x-accel-buffering': 'no',
  connection: 'close',
} as const;
const RETRY_MS = 1_000;
const RETRY_SPREAD_MS = 2_000;
/** What a client has, after the end, to take what was written before. */
const END_WITHIN_MS = 3_000;

/** The lines of each event of a run: made once, for all streams that get it. */
const blocks = new WeakMap<EventBatch, readonly string[]>();

/**
 * An answer that goes on, as server-sent events. Its head leaves with the first frame: until then whoever opens it may
 * answer in another way. Every frame and every event is a `data` whose id says where the stream then stands in all of
 * its channels.
 */
export class SseTransport implements Transport, FrameWriter {
  readonly frames = this;
  readonly sendBuffer: SendBuffer;
  readonly heartbeat = new Heartbeat(performance.now());
  private readonly response: ServerResponse;
  private begun = false;
  private ended = false;
  private positions: ReadonlyMap<string, SubscriberPosition> = new Map();

  /**
   * @param resume what the client knows of channels that it doesn't follow yet
   * @param resumeKey by which the client comes back, part of every id
   */
  constructor(
    private readonly reply: FastifyReply,
    private resume: LastEventId | undefined,
    private readonly resumeKey?: string,
  ) {
    this.response = reply.raw;
    this.sendBuffer = new SendBuffer(this.response);
    // A client that vanishes is no error of ours.
    this.response.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return !this.ended && !this.response.destroyed;
  }

  /** Whether the answer is this stream: from then on nothing else can be answered. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** The places that ids tell of, by channel; they move on by themselves. */
  tellOf(positions: ReadonlyMap<string, SubscriberPosition>): void {
    this.positions = positions;
  }

  /** All channels are followed, or are not to be: ids tell of nothing else any more. */
  settle(): void {
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
    // Whoever opens it may still answer in another way.
    if (!this.begun) return;
    this.put(':\n\n');
    // Nobody answers a comment. A client that is gone shows in what it doesn't take.
    this.heartbeat.heard();
  }

  close(closing: Closing): void {
    this.ended = true;
    if (!this.begun) return;
    // What a client doesn't read would never be followed by an end.
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
    // The deadline of the answer has passed, and this is not the answer.
    if (this.reply.sent || this.response.headersSent) this.ended = true;
    if (!this.isOpen) return;
    this.begun = true;
    this.reply.hijack();
    for (const [name, value] of Object.entries({ ...this.reply.getHeaders(), ...HEAD })) {
      if (value !== undefined) this.response.setHeader(name, value);
    }
    this.response.writeHead(200);
    // Those who were cut off together don't come back together.
    const retryMs = RETRY_MS + Math.round(Math.random() * RETRY_SPREAD_MS);
    this.sendBuffer.write(Buffer.from(`retry: ${retryMs}\n\n`));
  }
}

const currentEntry = ({ position }: SubscriberPosition): string => entryOf(position.epoch, position.offset);

/** Whatever the text is, it stays data: every line of it is marked as such. */
const dataLines = (text: string): string => `data: ${text.split(/\r\n|[\r\n]/).join('\ndata: ')}\n\n`;

function blocksOf(batch: EventBatch): readonly string[] {
  const known = blocks.get(batch);
  if (known !== undefined) return known;
  const made = batch.texts().map(dataLines);
  blocks.set(batch, made);
  return made;
}
