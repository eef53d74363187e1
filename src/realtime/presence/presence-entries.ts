/** One user in one channel, by way of this node. */
export interface PresenceEntry {
  readonly channel: string;
  readonly userId: string;
}

interface HeldEntry extends PresenceEntry {
  listeners: number;
  /** Until when it is kept for somebody who may come back, by the clock of `now`. */
  keptUntil: number | undefined;
  written: boolean;
}

/** What has to be written so that the others know. */
export interface PresenceChanges {
  readonly taken: readonly PresenceEntry[];
  readonly left: readonly PresenceEntry[];
}

/**
 * Who is where on this node: one seat for each user and channel, whatever the number of tabs, kept for a while when the
 * last tab is gone without having said so. Changes gather until they are taken to be written.
 */
export class PresenceEntries {
  private readonly entries = new Map<string, HeldEntry>();
  /** In the order in which they fall due, since all are kept for the same time. */
  private readonly kept = new Set<HeldEntry>();
  private readonly changed = new Set<HeldEntry>();

  constructor(private readonly graceMs: number) {}

  get size(): number {
    return this.entries.size;
  }

  /** How many of them are in channels whose names begin so. Looks at every seat. */
  countIn(prefix: string): number {
    let count = 0;
    for (const { channel } of this.entries.values()) if (channel.startsWith(prefix)) count++;
    return count;
  }

  /** How many changes have gathered. */
  get changes(): number {
    return this.changed.size;
  }

  take({ channel, userId }: PresenceEntry): void {
    const entry = this.entries.get(keyOf(channel, userId)) ?? this.add(channel, userId);
    entry.listeners++;
    entry.keptUntil = undefined;
    this.kept.delete(entry);
    this.changed.add(entry);
  }

  /** @param mayReturn whether the user may be back in a moment, as one who reloads a page */
  leave({ channel, userId }: PresenceEntry, mayReturn: boolean, now: number): void {
    const entry = this.entries.get(keyOf(channel, userId));
    if (entry === undefined || entry.listeners === 0) return;
    entry.listeners--;
    if (entry.listeners > 0) return;
    if (mayReturn) {
      entry.keptUntil = now + this.graceMs;
      this.kept.add(entry);
    } else this.changed.add(entry);
  }

  /** Gives up those that were kept for long enough. */
  expire(now: number): void {
    for (const entry of this.kept) {
      if (entry.keptUntil === undefined || entry.keptUntil > now) return;
      this.giveUp(entry);
    }
  }

  /** Keeps nothing for these users any more: what they may do has changed. */
  forget(userIds: ReadonlySet<string>): void {
    for (const entry of this.kept) if (userIds.has(entry.userId)) this.giveUp(entry);
  }

  /** Hands over up to `most` changes. To be answered with `wrote` or `putBack`. */
  takeChanges(max: number): PresenceChanges {
    const taken: HeldEntry[] = [];
    const left: HeldEntry[] = [];
    for (const entry of this.changed) {
      if (taken.length + left.length === max) break;
      this.changed.delete(entry);
      if (entry.written !== isTaken(entry)) (isTaken(entry) ? taken : left).push(entry);
      else if (!entry.written) this.drop(entry);
    }
    return { taken, left };
  }

  wrote({ taken, left }: PresenceChanges): void {
    for (const entry of this.known(taken)) entry.written = true;
    for (const entry of this.known(left)) entry.written = false;
    for (const entry of this.known([...taken, ...left])) this.settle(entry);
  }

  putBack({ taken, left }: PresenceChanges): void {
    for (const entry of this.known([...taken, ...left])) this.changed.add(entry);
  }

  /** What had been written is lost: all is to be written again. */
  rewrite(): void {
    for (const entry of this.entries.values()) {
      entry.written = false;
      this.changed.add(entry);
    }
  }

  private add(channel: string, userId: string): HeldEntry {
    const entry = { channel, userId, listeners: 0, keptUntil: undefined, written: false };
    this.entries.set(keyOf(channel, userId), entry);
    return entry;
  }

  /** After a write, during which its user may have come or gone. */
  private settle(entry: HeldEntry): void {
    if (entry.written !== isTaken(entry)) this.changed.add(entry);
    else if (!entry.written) this.drop(entry);
  }

  private drop(entry: HeldEntry): void {
    this.changed.delete(entry);
    this.entries.delete(keyOf(entry.channel, entry.userId));
  }

  private giveUp(entry: HeldEntry): void {
    this.kept.delete(entry);
    entry.keptUntil = undefined;
    this.changed.add(entry);
  }

  private known(entries: readonly PresenceEntry[]): HeldEntry[] {
    return entries
      .map(({ channel, userId }) => this.entries.get(keyOf(channel, userId)))
      .filter((entry) => entry !== undefined);
  }
}

const keyOf = (channel: string, userId: string): string => `${channel} ${userId}`;

const isTaken = ({ listeners, keptUntil }: HeldEntry): boolean => listeners > 0 || keptUntil !== undefined;
