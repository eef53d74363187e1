export type LineKind = 'equal' | 'added' | 'removed';

export interface DiffLine {
  readonly kind: LineKind;
  readonly text: string;
}

/** Above this many pairs of lines the middle is shown as replaced as a whole. */
const MAX_PAIRS = 4_000_000;

const mark = (kind: LineKind) => (text: string) => ({ kind, text });

/** The lines of `after` beside those of `before`, in order: a longest common subsequence. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  return [
    ...old.slice(0, start).map(mark('equal')),
    ...diffMiddle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(mark('equal')),
  ];
}

function diffMiddle(old: readonly string[], now: readonly string[]): DiffLine[] {
  const width = now.length + 1;
  const isTooLarge = old.length * now.length > MAX_PAIRS;
  // common[i * width + j]: how many lines old[i..] and now[j..] have in common.
  const common = isTooLarge ? undefined : new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common?.[i * width + j] ?? 0;
  if (common !== undefined)
    for (let i = old.length - 1; i >= 0; i--)
      for (let j = now.length - 1; j >= 0; j--)
        common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [oldLine, newLine] = [old[i], now[j]];
    if (common !== undefined && oldLine !== undefined && oldLine === newLine) {
      lines.push({ kind: 'equal', text: oldLine });
      i++;
      j++;
    } else if (oldLine !== undefined && (newLine === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: oldLine });
      i++;
    } else {
      lines.push({ kind: 'added', text: newLine ?? '' });
      j++;
    }
  }
  return lines;
}
