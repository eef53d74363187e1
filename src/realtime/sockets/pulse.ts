export const PING_MS = 25_000;
const DEAD_MS = 10_000;

/** When to ping a client, and when to call it dead. All times in milliseconds since 1970. */
export class Pulse {
  private pingAt: number;
  private deadAt = Infinity;

  /** The first ping comes at a random time, so that clients that came together are not pinged together for ever. */
  constructor(now: number) {
    this.pingAt = now + Math.random() * PING_MS;
  }

  isDead(now: number): boolean {
    return now >= this.deadAt;
  }

  /** @returns whether it is time to ping, once for each ping */
  beat(now: number): boolean {
    if (now < this.pingAt) return false;
    this.pingAt = now + PING_MS;
    this.deadAt = Math.min(this.deadAt, now + DEAD_MS);
    return true;
  }

  heard(): void {
    this.deadAt = Infinity;
  }
}
