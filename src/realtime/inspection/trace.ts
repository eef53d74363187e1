import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import type { ReadableChannel } from '../../access/public/access.js';
import type { Connection, ConnectionTrace } from '../connections/connection.js';
import { MAX_TRACED_PAYLOAD, type TracedFrame, type TraceEnd, type TraceMessage } from './trace-frames.js';

const FRAMES = { burst: 200, perSecond: 50 };
const MAX_WAITING = 500;

const frameShape = z.object({
  type: z.string().default(''),
  channel: z.string().optional(),
  offset: z.int().optional(),
  payload: z.unknown(),
});
const channelInPayload = z.object({ channel: z.string() });

interface Seen {
  readonly direction: 'in' | 'out';
  readonly text: string;
  readonly at: number;
}

/** The parts of the gateway that a trace uses. */
interface TraceDeps {
  send(message: TraceMessage): void;
  /** Resolves to undefined if the administrator may not read the channel. */
  readable(channel: string): Promise<ReadableChannel | undefined>;
  ended(): void;
}

/** Follows the frames of one connection. Frames above the rate are dropped and counted, never awaited. */
export class Trace implements ConnectionTrace {
  keptAt = performance.now();
  private readonly bucket = new TokenBucket(performance.now(), FRAMES);
  private readonly known = new Map<string, ReadableChannel | null>();
  private readonly waiting: Seen[] = [];
  private dropped = 0;
  private busy = false;
  private isOver = false;

  constructor(
    readonly adminId: string,
    private readonly connection: Connection,
    private readonly deps: TraceDeps,
  ) {
    connection.trace = this;
    connection.onClose(() => this.end('closed'));
  }

  received(text: string): void {
    this.take('in', text);
  }

  sent(text: string): void {
    this.take('out', text);
  }

  end(reason: TraceEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.connection.trace === this) this.connection.trace = undefined;
    this.deps.send({ end: reason });
    this.deps.ended();
  }

  private take(direction: Seen['direction'], text: string): void {
    if (this.waiting.length >= MAX_WAITING || !this.bucket.take(performance.now())) {
      this.dropped += 1;
      return;
    }
    this.waiting.push({ direction, text, at: databaseNow() });
    if (!this.busy) void this.drain();
  }

  private async drain(): Promise<void> {
    this.busy = true;
    for (let seen = this.waiting.shift(); seen !== undefined; seen = this.waiting.shift()) {
      const frame = await this.show(seen).catch(() => undefined);
      // Rights may have changed meanwhile.
      if (this.isOver) break;
      if (frame === undefined) this.dropped += 1;
      else this.deps.send({ frame, dropped: this.dropped });
    }
    this.busy = false;
  }

  private async show({ direction, text, at }: Seen): Promise<TracedFrame> {
    const { data: shape } = frameShape.safeParse(parse(text));
    const { data: inner } = channelInPayload.safeParse(shape?.payload);
    const channel = shape?.channel ?? inner?.channel ?? null;
    const isShown = channel !== null && (await this.mayRead(channel));
    return {
      at,
      direction,
      type: shape?.type.slice(0, 100) ?? '',
      channel: channel?.slice(0, 300) ?? null,
      offset: shape?.offset ?? null,
      bytes: Buffer.byteLength(text),
      payload: isShown ? (JSON.stringify(shape?.payload) ?? '').slice(0, MAX_TRACED_PAYLOAD) : null,
    };
  }

  /** A subscriber who sees restricted fields gets them in the frame: then the administrator must see them too. */
  private async mayRead(channel: string): Promise<boolean> {
    let readable = this.known.get(channel);
    if (readable === undefined) {
      readable = (await this.deps.readable(channel)) ?? null;
      this.known.set(channel, readable);
    }
    if (readable === null) return false;
    return readable.seesRestricted || this.connection.subscriptions.get(channel)?.seesRestricted !== true;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
