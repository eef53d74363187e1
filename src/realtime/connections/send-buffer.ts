import type { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';

/** Everything up to byte `sent` had been written at the time `at`. */
interface Mark {
  readonly at: number;
  readonly written: number;
}

/**
 * The outgoing half of a connection. What doesn't leave is ours to count.
 */
export class SendBuffer {
  #written = 0;
  private mark: Mark | undefined;
  private draining: Promise<void> | undefined;

  constructor(private readonly wire: Writable) {}

  /** Bytes, since the beginning. */
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
   * For how long the oldest unsent byte is known to have waited, in milliseconds. To be asked now and then: a mark is
   * set on what has been written, and is gone as soon as all of that has left.
   */
  stalledMs(now: number): number {
    const sent = this.#written - this.bufferedBytes;
    if (this.bufferedBytes === 0) this.mark = undefined;
    else if (this.mark === undefined || sent >= this.mark.written) this.mark = { at: now, written: this.#written };
    return this.mark === undefined ? 0 : now - this.mark.at;
  }

  /** Settles when all has left, or when nothing can leave any more. One pair of listeners serves all who wait. */
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
