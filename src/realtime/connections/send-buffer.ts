import type { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';

/** `written` bytes had been written at the time `at`. */
interface Mark {
  readonly at: number;
  readonly written: number;
}

/**
 * The outgoing half of a connection. Counts the bytes that wait in this process's memory.
 */
export class SendBuffer {
  #written = 0;
  private mark: Mark | undefined;
  private draining: Promise<void> | undefined;

  constructor(private readonly wire: Writable) {}

  /** Bytes since the connection was opened. */
  get written(): number {
    return this.#written;
  }

  /** Bytes written that the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.wire.writableLength;
  }

  write(bytes: Buffer): void {
    this.#written += bytes.length;
    this.wire.write(bytes);
  }

  /**
   * How long the oldest buffered byte is known to have waited, in milliseconds. Call it periodically: it marks the
   * bytes written so far, and clears the mark when all of them have been sent.
   */
  stalledMs(now: number): number {
    const { bufferedBytes } = this;
    if (bufferedBytes === 0) {
      this.mark = undefined;
      return 0;
    }
    const sent = this.#written - bufferedBytes;
    if (this.mark === undefined || sent >= this.mark.written) this.mark = { at: now, written: this.#written };
    return now - this.mark.at;
  }

  /** Settles when the buffer is empty or the connection is closed. All callers share one pair of listeners. */
  drained(): Promise<void> {
    if (!this.wire.writableNeedDrain || this.wire.destroyed) return Promise.resolve();
    this.draining ??= new Promise((resolve) => {
      const done = () => {
        this.wire.off('drain', done).off('close', done);
        this.draining = undefined;
        resolve();
      };
      this.wire.once('drain', done).once('close', done);
    });
    return this.draining;
  }
}
