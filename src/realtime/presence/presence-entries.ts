/** One user in one channel, through this node. */
export interface PresenceEntry {
  readonly channel: string;
  readonly userId: string;
}

interface HeldEntry extends PresenceEntry {
  subscribers: number;
  /** When the grace period of a user who may reconnect ends, by the clock of `now`. */
  keptUntil: number | undefined;
  written: boolean;
}

/** Changes that have to be written before other nodes can see them. */
export interface PresenceChanges {
  readonly joined: readonly PresenceEntry[];
  readonly left: readonly PresenceEntry[];
}

/**
 * The presence of this node's users: one entry per user and channel, whatever the number of tabs, kept for a grace
 * period when the last tab disconnects unexpectedly. Changes accumulate until `takeChanges`.
 */
export class PresenceEntries {
  private readonly entries = new Map<string, HeldEntry>();
  /** In the order in which they expire, since the grace period is the same for all. */
  private readonly kept = new Set<HeldEntry>();
  private readonly changed = new Set<HeldEntry>();

  constructor(private readonly graceMs: number) {}

  get size(): number {
    return this.entries.size;
  }

  /** The number of entries in channels with this prefix. O(n). */
  countIn(prefix: string): number {
    let count = 0;
    for (const { channel } of this.entries.values()) if (channel.startsWith(prefix)) count++;
    return count;
  }

  /** The number of pending changes. */
  get changes(): number {
    return this.changed.size;
  }

  join({ channel, userId }: PresenceEntry): void {
    const entry = this.entries.get(keyOf(channel, userId)) ?? this.add(channel, userId);
    entry.subscribers++;
    entry.keptUntil = undefined;
    this.kept.delete(entry);
    this.changed.add(entry);
  }

  /** @param mayReturn whether the user may reconnect soon, as after reloading a page */
  leave({ channel, userId }: PresenceEntry, mayReturn: boolean, now: number): void {
    const entry = this.entries.get(keyOf(channel, userId));
    if (entry === undefined || entry.subscribers === 0) return;
    entry.subscribers--;
    if (entry.subscribers > 0) return;
    if (mayReturn) {
      entry.keptUntil = now + this.graceMs;
      this.kept.add(entry);
    } else this.changed.add(entry);
  }

  /** Ends the entries whose grace period is over. */
  expire(now: number): void {
    for (const entry of this.kept) {
      if (entry.keptUntil === undefined || entry.keptUntil > now) return;
      this.endGrace(entry);
    }
  }

  /** Ends the grace period of users whose rights have changed. */
  forget(userIds: ReadonlySet<string>): void {
    for (const entry of this.kept) if (userIds.has(entry.userId)) this.endGrace(entry);
  }

  /** Takes up to `max` changes. Answer with `markWritten` or `requeue`. */
  takeChanges(max: number): PresenceChanges {
    const joined: HeldEntry[] = [];
    const left: HeldEntry[] = [];
    for (const entry of this.changed) {
      if (joined.length + left.length === max) break;
      this.changed.delete(entry);
      if (entry.written !== isPresent(entry)) (isPresent(entry) ? joined : left).push(entry);
      else if (!entry.written) this.drop(entry);
    }
    return { joined, left };
  }

  markWritten({ joined, left }: PresenceChanges): void {
    for (const entry of this.known(joined)) entry.written = true;
    for (const entry of this.known(left)) entry.written = false;
    for (const entry of this.known([...joined, ...left])) this.settle(entry);
  }

  requeue({ joined, left }: PresenceChanges): void {
    for (const entry of this.known([...joined, ...left])) this.changed.add(entry);
  }

  /** Marks all entries as unwritten, after the database has lost them. */
  rewrite(): void {
    for (const entry of this.entries.values()) {
      entry.written = false;
      this.changed.add(entry);
    }
  }

  private add(channel: string, userId: string): HeldEntry {
    const entry = { channel, userId, subscribers: 0, keptUntil: undefined, written: false };
    this.entries.set(keyOf(channel, userId), entry);
    return entry;
  }

  /** Compares an entry with its write, during which its user may have joined or left. */
  private settle(entry: HeldEntry): void {
    if (entry.written !== isPresent(entry)) this.changed.add(entry);
    else if (!entry.written) this.drop(entry);
  }

  private drop(entry: HeldEntry): void {
    this.changed.delete(entry);
    this.entries.delete(keyOf(entry.channel, entry.userId));
  }

  private endGrace(entry: HeldEntry): void {
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

const isPresent = ({ subscribers, keptUntil }: HeldEntry): boolean => subscribers > 0 || keptUntil !== undefined;
