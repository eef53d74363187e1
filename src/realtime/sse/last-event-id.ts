import type { KnownPosition } from '../protocol/client-payloads.js';
import type { SubscriberPosition } from '../channels/subscriber.js';

const TAG_CHARACTERS = 12;
const MAX_ENTRIES = 250;
const ENTRY = /^([0-9a-f-]{12,36})\.(\d{1,15})$/i;

/**
 * Where a stream stands in all of its channels, as the text of one event id: `<start of the epoch>.<offset>`, joined by
 * commas. It names no channel: every channel has an epoch of its own, by whose start it is found again. A position that
 * came with a REST list is written in the same way, with the whole epoch.
 */
export class LastEventId {
  /** By the start of the epoch. */
  private constructor(private readonly offsets: ReadonlyMap<string, number>) {}

  /** What isn't ours is left out: its channels start over, and their client is told so. */
  static parse(text: string): LastEventId {
    const entries = text.split(',').slice(0, MAX_ENTRIES).map(readEntry);
    return new LastEventId(new Map(entries.filter((entry) => entry !== undefined)));
  }

  /** The position in the channel whose epoch this is; undefined when it isn't known. */
  positionIn(epoch: string): KnownPosition | undefined {
    const offset = this.offsets.get(tagOf(epoch));
    return offset === undefined ? undefined : { epoch, offset };
  }

  /** The entries of channels that are in none of these places yet, so that an id is never poorer than the one before. */
  without(positions: Iterable<SubscriberPosition>): string[] {
    const known = new Set([...positions].map(({ position }) => tagOf(position.epoch)));
    return [...this.offsets].filter(([tag]) => !known.has(tag)).map(([tag, offset]) => `${tag}.${offset}`);
  }
}

/** The entry of one channel in an id. */
export const entryOf = (epoch: string, offset: number): string => `${tagOf(epoch)}.${offset}`;

/** 48 random bits. */
const tagOf = (epoch: string): string => epoch.replaceAll('-', '').slice(0, TAG_CHARACTERS).toLowerCase();

function readEntry(entry: string): readonly [string, number] | undefined {
  const [, epoch, offset] = ENTRY.exec(entry.trim()) ?? [];
  return epoch === undefined ? undefined : [tagOf(epoch), Number(offset)];
}
