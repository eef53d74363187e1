import type { KnownPosition } from '../protocol/client-payloads.js';
import type { SubscriberPosition } from '../channels/subscriber.js';

const TAG_CHARACTERS = 12;
const MAX_ENTRIES = 250;
const ENTRY = /^([0-9a-f-]{12,36})\.(\d{1,15})$/i;

/**
 * A stream's positions in all of its channels as one event id: `<start of the epoch>.<offset>`, joined by commas. The
 * start of the epoch identifies the channel. Positions from REST lists have the same form, with the whole epoch.
 */
export class LastEventId {
  /** @param offsets by the start of the epoch */
  private constructor(private readonly offsets: ReadonlyMap<string, number>) {}

  /** Ignores invalid entries: their channels start over with `recovered: false`. */
  static parse(text: string): LastEventId {
    const entries = text.split(',').slice(0, MAX_ENTRIES).map(readEntry);
    return new LastEventId(new Map(entries.filter((entry) => entry !== undefined)));
  }

  /** The position in the channel with this epoch; undefined if the id has none. */
  positionIn(epoch: string): KnownPosition | undefined {
    const offset = this.offsets.get(tagOf(epoch));
    return offset === undefined ? undefined : { epoch, offset };
  }

  /** The entries of channels that aren't among these positions, so that no later id loses them. */
  without(positions: Iterable<SubscriberPosition>): string[] {
    const known = new Set([...positions].map(({ position }) => tagOf(position.epoch)));
    return [...this.offsets].filter(([tag]) => !known.has(tag)).map(([tag, offset]) => `${tag}.${offset}`);
  }
}

/** The entry of one channel in an id. */
export const entryOf = (epoch: string, offset: number): string => `${tagOf(epoch)}.${offset}`;

/** 48 random bits identify an epoch. */
const tagOf = (epoch: string): string => epoch.replaceAll('-', '').slice(0, TAG_CHARACTERS).toLowerCase();

function readEntry(entry: string): readonly [string, number] | undefined {
  const [, epoch, offset] = ENTRY.exec(entry.trim()) ?? [];
  return epoch === undefined ? undefined : [tagOf(epoch), Number(offset)];
}
