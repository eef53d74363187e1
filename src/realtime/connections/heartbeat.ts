export const PING_MS = 25_000;
const DEAD_MS = 10_000;
/**
 * The kernel takes megabytes for a client that reads nothing, and says so to nobody. Whoever gets this much is asked
 * whether it has arrived, and has a little less time to answer: the asking comes a second after the writing.
 */
const UNHEARD_BYTES = 32 * 1024;
const UNREAD_MS = 7_000;

/** When to ping a client, and when to call it dead. All times in milliseconds of the monotonic clock. */
export class Heartbeat {
  private pingAt: number;
  private pingAtBytes = UNHEARD_BYTES;
  private deadAt = Infinity;
  #unread = false;

  /** The first ping comes at a random time, so that clients that came together are not pinged together for ever. */
  constructor(now: number) {
    this.pingAt = now + Math.random() * PING_MS;
  }

  isDead(now: number): boolean {
    return now >= this.deadAt;
  }

  /** Whether there is so much before the last ping that who doesn't answer it is slow, if it is there at all. */
  get unread(): boolean {
    return this.#unread;
  }

  /**
   * @param written how many bytes have been written since the beginning
   * @returns whether it is time to ping, once for each ping
   */
  isPingDue(now: number, written: number): boolean {
    const isMuch = written >= this.pingAtBytes && this.deadAt === Infinity;
    if (now < this.pingAt && !isMuch) return false;
    this.#unread ||= isMuch;
    this.pingAt = now + PING_MS;
    this.pingAtBytes = written + UNHEARD_BYTES;
    this.deadAt = Math.min(this.deadAt, now + (isMuch ? UNREAD_MS : DEAD_MS));
    return true;
  }

  heard(): void {
    this.deadAt = Infinity;
    this.#unread = false;
  }
}
