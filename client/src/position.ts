/** A position in one channel's log without its name: everything up to `offset` has been seen. */
export interface Place {
  readonly epoch: string;
  offset: number;
}

/** A position as REST lists return it. */
export interface Position {
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
}

/** The lowest position, from which every listener gets its missing events. With several epochs any position will do. */
export const lowest = (places: readonly Place[]): Place | undefined =>
  places.toSorted((a, b) => a.offset - b.offset)[0];

export const isSame = (one: Place, other: Place | undefined): boolean =>
  one.epoch === other?.epoch && one.offset === other.offset;
