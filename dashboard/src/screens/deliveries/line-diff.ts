/** A line that both texts have, or one of them only. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

export interface LineDiff {
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
  /** False if the changed part was too large, so that it is not compared line by line. */
  readonly isExact: boolean;
}

/** The cells of the table of the comparison: four bytes each. */
const MAX_CELLS = 4_000_000;

/** The lines of `after` that `before` lacks, and the other way round: a longest common subsequence. */
export function diffLines(before: string, after: string): LineDiff {
  const [old, new_] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < old.length && head < new_.length && old[head] === new_[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < new_.length - head &&
    old[old.length - 1 - tail] === new_[new_.length - 1 - tail]
  )
    tail++;
  const left = old.slice(head, old.length - tail);
  const right = new_.slice(head, new_.length - tail);
  const isExact = left.length * right.length <= MAX_CELLS;
  const middle = isExact ? compare(left, right) : [...lines('removed', left), ...lines('added', right)];
  return {
    lines: [...lines('same', old.slice(0, head)), ...middle, ...lines('same', old.slice(old.length - tail))],
    added: middle.filter(({ kind }) => kind === 'added').length,
    removed: middle.filter(({ kind }) => kind === 'removed').length,
    isExact,
  };
}

const lines = (kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] => texts.map((text) => ({ kind, text }));

function compare(left: readonly string[], right: readonly string[]): DiffLine[] {
  const width = right.length + 1;
  // The cell (i, j) is the length of the longest common subsequence of left[i..] and right[j..].
  const table = new Uint32Array((left.length + 1) * width);
  const cell = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      table[i * width + j] = left[i] === right[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
    }
  }
  const result: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) {
      result.push({ kind: 'same', text: left[i] ?? '' });
      i++;
      j++;
    } else if (cell(i + 1, j) >= cell(i, j + 1)) result.push({ kind: 'removed', text: left[i++] ?? '' });
    else result.push({ kind: 'added', text: right[j++] ?? '' });
  }
  return [...result, ...lines('removed', left.slice(i)), ...lines('added', right.slice(j))];
}

export type DiffPart = DiffLine | { readonly kind: 'skipped'; readonly count: number };

/** Leaves out equal lines that are further than `context` lines from a change. */
export function withContext(all: readonly DiffLine[], context: number): readonly DiffPart[] {
  const near = new Uint8Array(all.length);
  for (const [place, { kind }] of all.entries()) {
    if (kind !== 'same') near.fill(1, Math.max(0, place - context), place + context + 1);
  }
  const parts: DiffPart[] = [];
  for (const [place, line] of all.entries()) {
    const last = parts.at(-1);
    if (near[place] === 1) parts.push(line);
    else if (last?.kind === 'skipped') parts[parts.length - 1] = { kind: 'skipped', count: last.count + 1 };
    else parts.push({ kind: 'skipped', count: 1 });
  }
  return parts;
}
