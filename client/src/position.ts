/** A place in the log of one channel: everything up to `offset` has been seen. */
export interface Place {
  readonly epoch: string;
  offset: number;
}

/** As it comes with REST lists. */
export interface Position {
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
}

/** Where to start so that everyone gets what he misses. Of several epochs any will do: the answer tells which of them is gone. */
export const lowest = (places: readonly Place[]): Place | undefined =>
  places.toSorted((a, b) => a.offset - b.offset)[0];

export const isSame = (one: Place, other: Place | undefined): boolean =>
  one.epoch === other?.epoch && one.offset === other.offset;
