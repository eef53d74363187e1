export const PING_MS = 25_000;
const DEAD_MS = 10_000;
/**
 * The kernel buffers megabytes for a client that reads nothing, and doesn't report it. After this many bytes a ping
 * tests whether they arrived; its deadline is shorter, because the ping follows the write by up to a second.
 */
const UNACKNOWLEDGED_BYTES = 32 * 1024;
const UNREAD_MS = 7_000;

/** Decides when to ping a client and when to consider it dead. All times in milliseconds of the monotonic clock. */
export class Heartbeat {
  private pingAt: number;
  private pingAtBytes = UNACKNOWLEDGED_BYTES;
  private deadAt = Infinity;
  #unread = false;

  /** The first ping is due at a random time, so that clients that connected together are not pinged together. */
  constructor(now: number) {
    this.pingAt = now + Math.random() * PING_MS;
  }

  isDead(now: number): boolean {
    return now >= this.deadAt;
  }

  /** Whether so much was sent before the last ping that a client that doesn't answer it counts as slow. */
  get isUnread(): boolean {
    return this.#unread;
  }

  /**
   * @param written bytes written since the connection was opened
   * @returns true once for each ping that is due
   */
  isPingDue(now: number, written: number): boolean {
    const isUnacknowledged = written >= this.pingAtBytes && this.deadAt === Infinity;
    if (now < this.pingAt && !isUnacknowledged) return false;
    this.#unread ||= isUnacknowledged;
    this.pingAt = now + PING_MS;
    this.pingAtBytes = written + UNACKNOWLEDGED_BYTES;
    this.deadAt = Math.min(this.deadAt, now + (isUnacknowledged ? UNREAD_MS : DEAD_MS));
    return true;
  }

  heard(): void {
    this.deadAt = Infinity;
    this.#unread = false;
  }
}
