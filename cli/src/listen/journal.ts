import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { readIfPresent, writePrivateFile } from '../profiles/private-file.js';

export interface Place {
  readonly epoch: string;
  readonly offset: number;
}

/** An event that is done with: forwarded, or passed over. */
export interface Entry extends Place {
  readonly channel: string;
  /** The time of the event, in milliseconds since 1970. */
  readonly ts: number;
  /** Absent for an event that is no delivery of this target. */
  readonly deliveryId?: string;
  readonly outcome?: string;
}

/** The ids of so many deliveries are kept, to forward none of them twice after a restore of the server's database. */
const KEPT = 2_000;
const MAX_BYTES = 1024 * 1024;

/**
 * The deliveries that one target has got, and the position in each channel. Each answer of the local server adds one
 * line by one write, so that a crash in between repeats at most one delivery.
 */
export class Journal {
  /** @throws an error of the file system */
  static open(path: string): Journal {
    const entries = (readIfPresent(path) ?? '').split('\n').flatMap((line) => parse(line));
    const journal = new Journal(path, entries);
    journal.rewrite();
    return journal;
  }

  private readonly places = new Map<string, Entry>();
  /** By delivery, oldest first. */
  private readonly forwarded = new Map<string, Entry>();
  private file = -1;

  private constructor(
    private readonly path: string,
    entries: readonly Entry[],
  ) {
    for (const entry of entries) this.remember(entry);
  }

  get isNew(): boolean {
    return this.places.size === 0;
  }

  place(channel: string): Place | undefined {
    return this.places.get(channel);
  }

  /** The time of the last event of the channel. */
  lastTime(channel: string): number | undefined {
    return this.places.get(channel)?.ts;
  }

  has(deliveryId: string): boolean {
    return this.forwarded.has(deliveryId);
  }

  record(entry: Entry): void {
    writeSync(this.file, `${JSON.stringify(entry)}\n`);
    this.remember(entry);
    if (fstatSync(this.file).size > MAX_BYTES) this.rewrite();
  }

  close(): void {
    closeSync(this.file);
    this.file = -1;
  }

  private remember(entry: Entry): void {
    this.places.set(entry.channel, entry);
    if (entry.deliveryId === undefined) return;
    this.forwarded.set(entry.deliveryId, entry);
    const [oldest] = this.forwarded.keys();
    if (this.forwarded.size > KEPT && oldest !== undefined) this.forwarded.delete(oldest);
  }

  private rewrite(): void {
    if (this.file !== -1) this.close();
    const lines = [...this.forwarded.values(), ...this.places.values()].map((entry) => `${JSON.stringify(entry)}\n`);
    writePrivateFile(this.path, lines.join(''));
    this.file = openSync(this.path, 'a', 0o600);
  }
}

/** A crash may have left a part of the last line. */
function parse(line: string): Entry[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as Entry];
  } catch {
    return [];
  }
}
