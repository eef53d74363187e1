import { useState, type FocusEvent, type KeyboardEvent, type RefObject } from 'react';

interface Place {
  readonly row: number;
  readonly column: number;
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
  k: [-1, 0],
  j: [1, 0],
};

/** One cell of a grid takes part in the order of Tab; arrow keys, Home and End move between the cells. */
export function useGridFocus(
  grid: RefObject<HTMLElement | null>,
  rows: number,
  columns: number,
  show: (row: number) => void,
) {
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  // The list may have become shorter.
  const row = Math.min(active.row, Math.max(0, rows - 1));

  const focus = (place: Place): void => {
    setActive(place);
    show(place.row);
    requestAnimationFrame(() => {
      const cell = grid.current?.querySelector<HTMLElement>(`[data-cell="${place.row}:${place.column}"]`);
      const control = cell?.matches('[tabindex]') === true ? cell : cell?.querySelector<HTMLElement>('[tabindex]');
      control?.focus();
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [down, right] = MOVES[event.key] ?? [0, 0];
    const column =
      event.key === 'Home' ? 0 : event.key === 'End' ? columns - 1 : clamp(active.column + right, columns - 1);
    const next = { row: clamp(row + down, rows - 1), column };
    if (next.row === row && next.column === active.column) return;
    event.preventDefault();
    event.stopPropagation();
    focus(next);
  };
  const onFocus = ({ target }: FocusEvent): void => {
    const place = target.closest<HTMLElement>('[data-cell]')?.dataset['cell']?.split(':').map(Number);
    if (place?.[0] !== undefined && place[1] !== undefined) setActive({ row: place[0], column: place[1] });
  };
  const tabIndexOf = (atRow: number, column: number): 0 | -1 => (atRow === row && column === active.column ? 0 : -1);
  return { onKeyDown, onFocus, tabIndexOf };
}

const clamp = (value: number, last: number): number => Math.max(0, Math.min(last, value));
