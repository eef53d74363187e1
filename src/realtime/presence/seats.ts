/** One user in one channel, by way of this node. */
export interface Seat {
  readonly channel: string;
  readonly userId: string;
}

interface KeptSeat extends Seat {
  listeners: number;
  /** Until when it is kept for somebody who may come back, by the clock of `now`. */
  keptUntil: number | undefined;
  written: boolean;
}

/** What has to be written so that the others know. */
export interface SeatChanges {
  readonly taken: readonly Seat[];
  readonly left: readonly Seat[];
}

/**
 * Who is where on this node: one seat for each user and channel, whatever the number of tabs, kept for a while when the
 * last tab is gone without having said so. Changes gather until they are taken to be written.
 */
export class Seats {
  private readonly seats = new Map<string, KeptSeat>();
  /** In the order in which they fall due, since all are kept for the same time. */
  private readonly kept = new Set<KeptSeat>();
  private readonly changed = new Set<KeptSeat>();

  constructor(private readonly graceMs: number) {}

  get size(): number {
    return this.seats.size;
  }

  /** How many of them are in channels whose names begin so. Looks at every seat. */
  countIn(prefix: string): number {
    let count = 0;
    for (const { channel } of this.seats.values()) if (channel.startsWith(prefix)) count++;
    return count;
  }

  /** How many changes have gathered. */
  get changes(): number {
    return this.changed.size;
  }

  take({ channel, userId }: Seat): void {
    const seat = this.seats.get(keyOf(channel, userId)) ?? this.add(channel, userId);
    seat.listeners++;
    seat.keptUntil = undefined;
    this.kept.delete(seat);
    this.changed.add(seat);
  }

  /** @param mayReturn whether the user may be back in a moment, as one who reloads a page */
  leave({ channel, userId }: Seat, mayReturn: boolean, now: number): void {
    const seat = this.seats.get(keyOf(channel, userId));
    if (seat === undefined || seat.listeners === 0) return;
    seat.listeners--;
    if (seat.listeners > 0) return;
    if (mayReturn) {
      seat.keptUntil = now + this.graceMs;
      this.kept.add(seat);
    } else this.changed.add(seat);
  }

  /** Gives up those that were kept for long enough. */
  expire(now: number): void {
    for (const seat of this.kept) {
      if (seat.keptUntil === undefined || seat.keptUntil > now) return;
      this.giveUp(seat);
    }
  }

  /** Keeps nothing for these users any more: what they may do has changed. */
  forget(userIds: ReadonlySet<string>): void {
    for (const seat of this.kept) if (userIds.has(seat.userId)) this.giveUp(seat);
  }

  /** Hands over up to `most` changes. To be answered with `wrote` or `putBack`. */
  takeChanges(most: number): SeatChanges {
    const taken: KeptSeat[] = [];
    const left: KeptSeat[] = [];
    for (const seat of this.changed) {
      if (taken.length + left.length === most) break;
      this.changed.delete(seat);
      if (seat.written !== isTaken(seat)) (isTaken(seat) ? taken : left).push(seat);
      else if (!seat.written) this.drop(seat);
    }
    return { taken, left };
  }

  wrote({ taken, left }: SeatChanges): void {
    for (const seat of this.known(taken)) seat.written = true;
    for (const seat of this.known(left)) seat.written = false;
    for (const seat of this.known([...taken, ...left])) this.settle(seat);
  }

  putBack({ taken, left }: SeatChanges): void {
    for (const seat of this.known([...taken, ...left])) this.changed.add(seat);
  }

  /** What had been written is lost: all is to be written again. */
  rewrite(): void {
    for (const seat of this.seats.values()) {
      seat.written = false;
      this.changed.add(seat);
    }
  }

  private add(channel: string, userId: string): KeptSeat {
    const seat = { channel, userId, listeners: 0, keptUntil: undefined, written: false };
    this.seats.set(keyOf(channel, userId), seat);
    return seat;
  }

  /** After a write, during which its user may have come or gone. */
  private settle(seat: KeptSeat): void {
    if (seat.written !== isTaken(seat)) this.changed.add(seat);
    else if (!seat.written) this.drop(seat);
  }

  private drop(seat: KeptSeat): void {
    this.changed.delete(seat);
    this.seats.delete(keyOf(seat.channel, seat.userId));
  }

  private giveUp(seat: KeptSeat): void {
    this.kept.delete(seat);
    seat.keptUntil = undefined;
    this.changed.add(seat);
  }

  private known(seats: readonly Seat[]): KeptSeat[] {
    return seats
      .map(({ channel, userId }) => this.seats.get(keyOf(channel, userId)))
      .filter((seat) => seat !== undefined);
  }
}

const keyOf = (channel: string, userId: string): string => `${channel} ${userId}`;

const isTaken = ({ listeners, keptUntil }: KeptSeat): boolean => listeners > 0 || keptUntil !== undefined;
