import type { ReactNode } from 'react';
import { classes } from '../../ui/classes.js';
import { words } from '../../words/words.js';
import { diffLines, type DiffLine, type LineKind } from './line-diff.js';

const LOOKS: Record<LineKind, readonly [string, string]> = {
  equal: ['', ' '],
  added: ['bg-good-soft text-good', '+'],
  removed: ['bg-bad-soft text-bad', '−'],
};
/** How many equal lines are shown beside a change. */
const CONTEXT = 2;

/** Lines near a change, and the numbers of equal lines between them. */
function folded(lines: readonly DiffLine[]): (DiffLine | number)[] {
  const isNear = (place: number): boolean =>
    lines.slice(Math.max(0, place - CONTEXT), place + CONTEXT + 1).some(({ kind }) => kind !== 'equal');
  const shown: (DiffLine | number)[] = [];
  for (const [place, line] of lines.entries()) {
    const last = shown.at(-1);
    if (isNear(place)) shown.push(line);
    else if (typeof last === 'number') shown[shown.length - 1] = last + 1;
    else shown.push(1);
  }
  return shown;
}

/** The changes from a version until now, by lines. */
export function VersionDiff({ version, now }: { readonly version: string; readonly now: string }): ReactNode {
  const { versions } = words.documents;
  const lines = diffLines(version, now);
  const count = (wanted: LineKind): number => lines.filter(({ kind }) => kind === wanted).length;
  if (version === now) return <p className="text-muted">{versions.same}</p>;
  const labels = { equal: undefined, added: versions.addedLine, removed: versions.removedLine };
  return (
    <>
      <p className="flex flex-wrap gap-x-3 text-sm text-muted">
        <span>{versions.added(count('added'))}</span>
        <span>{versions.removed(count('removed'))}</span>
      </p>
      <div
        tabIndex={0}
        role="region"
        aria-label={versions.diff}
        className="min-h-24 overflow-auto rounded border border-line py-1 font-mono text-xs leading-5"
      >
        {folded(lines).map((line, place) =>
          typeof line === 'number' ? (
            <p key={place} className="border-y border-line bg-canvas px-2 text-muted">
              {versions.unchanged(line)}
            </p>
          ) : (
            <p key={place} className={classes('flex gap-2 px-2', LOOKS[line.kind][0])}>
              <span aria-hidden="true" className="w-2 shrink-0 select-none">
                {LOOKS[line.kind][1]}
              </span>
              {labels[line.kind] !== undefined && <span className="sr-only">{labels[line.kind]}</span>}
              <span className="min-h-5 min-w-0 break-words whitespace-pre-wrap">{line.text}</span>
            </p>
          ),
        )}
      </div>
    </>
  );
}
