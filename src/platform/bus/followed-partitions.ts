import type { OpenWire } from './wire.js';

interface Followed {
  keys: number;
  /** Settles when messages arrive, or when the connection is lost. */
  listening: Promise<void>;
}

/** The partitions with a key that this process follows. Each key belongs to one partition, by its hash. */
export class FollowedPartitions {
  private readonly followed = new Map<number, Followed>();

  constructor(private readonly count: number) {}

  partitionOf(key: string): number {
    return hash(key) % this.count;
  }

  /** Resolves when messages arrive, at once without a connection, and also when the connection is lost meanwhile. */
  follow(key: string, wire: OpenWire | undefined): Promise<void> {
    const partition = this.partitionOf(key);
    const found = this.followed.get(partition);
    if (found !== undefined) {
      found.keys++;
      return found.listening;
    }
    const listening = listen(wire, [partition]);
    this.followed.set(partition, { keys: 1, listening });
    return listening;
  }

  unfollow(key: string, wire: OpenWire | undefined): void {
    const partition = this.partitionOf(key);
    const found = this.followed.get(partition);
    if (found === undefined || --found.keys > 0) return;
    this.followed.delete(partition);
    wire?.unlisten(partition);
  }

  /** Listens on a new connection. */
  resume(wire: OpenWire): Promise<void> {
    const listening = listen(wire, [...this.followed.keys()]);
    for (const each of this.followed.values()) each.listening = listening;
    return listening;
  }
}

async function listen(wire: OpenWire | undefined, partitions: readonly number[]): Promise<void> {
  if (partitions.length > 0) await wire?.listen(partitions).catch(() => undefined);
}

/** FNV-1a over UTF-16 code units. Every process of an installation must compute the same. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
