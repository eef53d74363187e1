/** Checks the offsets that a subscriber receives: each once and in order, unless the server resets the position. */
export class Sequence {
  gaps = 0;
  duplicates = 0;
  disorder = 0;
  received = 0;
  /** How often the server reported a loss. */
  restarts = 0;
  #last: number | undefined;
  private missing = new Set<number>();

  get last(): number {
    return this.#last ?? 0;
  }

  /** Continues after `offset`: earlier events are known, or the server has reported their loss. */
  startOver(offset: number): void {
    if (this.#last !== undefined) this.restarts++;
    this.#last = offset;
    this.missing.clear();
  }

  take(offset: number): void {
    this.received++;
    const last = (this.#last ??= offset - 1);
    if (offset === last + 1) this.#last = offset;
    else if (offset > last) this.skip(last, offset);
    // A skipped offset that arrives late is out of order; any other one is a duplicate.
    else if (this.missing.delete(offset)) this.disorder++;
    else this.duplicates++;
  }

  private skip(last: number, offset: number): void {
    this.gaps++;
    for (let missing = last + 1; missing < offset; missing++) this.missing.add(missing);
    this.#last = offset;
  }
}

export interface Faults {
  readonly gaps: number;
  readonly duplicates: number;
  readonly disorder: number;
}

/** The sum of all faults. A sequence that does not end at `head` counts as a gap. */
export function faultsOf(sequences: readonly Sequence[], head?: number): Faults {
  const sum = (of: (sequence: Sequence) => number) => sequences.reduce((total, each) => total + of(each), 0);
  const short = head === undefined ? 0 : sequences.filter(({ last }) => last !== head).length;
  return {
    gaps: sum(({ gaps }) => gaps) + short,
    duplicates: sum((s) => s.duplicates),
    disorder: sum((s) => s.disorder),
  };
}

export const NO_FAULTS: Faults = { gaps: 0, duplicates: 0, disorder: 0 };
