import type { Buffer } from 'node:buffer';
import { Logger } from '@nestjs/common';
import type { RawData } from 'ws';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import { TidingsError } from '../../platform/errors.js';
import { parseFrame, type ClientFrame } from '../protocol/parse-frame.js';
import { CLOSE } from '../protocol/close-codes.js';
import type { FrameId } from '../protocol/encode-frames.js';
import { frameMalformed, frameTooMany, frameUnknownType } from '../protocol/realtime.errors.js';
import type { RealtimeMetrics } from '../metrics/realtime.metrics.js';
import type { Connection } from '../connections/connection.js';
import type { FrameTransport } from './frame-transport.js';

const MAX_WAITING = 16;
const FRAMES_PER_CONNECTION = { burst: 100, perSecond: 10 };

const logger = new Logger('FrameQueue');

/** The frame budget that all connections of a user share. */
interface UserBudget {
  takeFrame(userId: string, now: number): boolean;
}

/** Settles when the frame has been answered. */
export type FrameHandler = (frame: ClientFrame) => unknown;

/** Handles the frames of one socket strictly one by one. Every frame gets an answer. */
export class FrameQueue {
  private readonly waiting: string[] = [];
  private readonly bucket = new TokenBucket(performance.now(), FRAMES_PER_CONNECTION);
  private isBusy = false;

  constructor(
    private readonly connection: Connection<FrameTransport>,
    private readonly handlerOf: (type: string) => FrameHandler | undefined,
    private readonly metrics: RealtimeMetrics,
    private readonly budget: UserBudget,
  ) {}

  receive(data: RawData, isBinary: boolean): void {
    if (!this.connection.isOpen) return;
    // The empty text isn't JSON, so a binary message is declined as malformed in its turn.
    const text = isBinary ? '' : data.toString();
    this.connection.trace?.received(text);
    if (!this.mayReceive())
      return this.connection.isOpen ? this.decline(frameTooMany(), parseFrame(text).id) : undefined;
    this.waiting.push(text);
    // Back-pressure: further frames wait in the kernel.
    if (this.waiting.length > MAX_WAITING) this.connection.transport.pauseReading();
    if (!this.isBusy) void this.drain();
  }

  /** A ping above the rate limit gets no pong; RFC 6455, 5.5.3 requires one for the latest ping only. */
  receivePing(data: Buffer): void {
    if (this.connection.isOpen && this.mayReceive()) this.connection.transport.pong(data);
  }

  /** Counts all frames and pings, and closes the connection if the client ignores `frame.too-many`. */
  private mayReceive(): boolean {
    const now = performance.now();
    const spent = this.bucket.spend(now);
    if (spent === 'abuse') this.connection.close(CLOSE.abuse);
    return spent === 'granted' && this.budget.takeFrame(this.connection.principal.userId, now);
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    for (let text = this.waiting.shift(); text !== undefined; text = this.waiting.shift()) {
      if (!this.connection.isOpen) break;
      await this.answer(text);
      if (this.waiting.length === 0) this.connection.transport.resumeReading();
    }
    this.isBusy = false;
  }

  private async answer(text: string): Promise<void> {
    const { frame, id } = parseFrame(text);
    if (frame === undefined) return this.decline(frameMalformed(), id);
    const handle = this.handlerOf(frame.type);
    if (handle === undefined) return this.decline(frameUnknownType(), id);
    this.metrics.frames.inc({ type: frame.type });
    try {
      await handle(frame);
    } catch (error) {
      if (!(error instanceof TidingsError)) logger.error({ msg: 'a frame failed', type: frame.type, err: error });
      this.connection.sendError(error, id);
    }
  }

  private decline(error: TidingsError, id?: FrameId): void {
    this.metrics.frames.inc({ type: error.code });
    this.connection.sendError(error, id);
  }
}
