import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import { STATUSES, type TaskStatus } from './task-cache.js';

const STEPS: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface BoardKeys {
  readonly board: RefObject<HTMLDivElement | null>;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

const cardsIn = (column: Element | null | undefined): HTMLElement[] =>
  column === null || column === undefined ? [] : [...column.querySelectorAll<HTMLElement>('[data-task]')];

type Step = (id: string, by: { readonly columns: number; readonly rows: number }) => void;

/** Arrow keys go from card to card; with Shift they move the task, and the focus goes with it. */
export function useBoardKeys(onStep: Step | undefined): BoardKeys {
  const board = useRef<HTMLDivElement>(null);
  const moved = useRef<string>(undefined);
  useEffect(() => {
    // A card that is put elsewhere in the document loses the focus.
    if (moved.current === undefined || document.activeElement !== document.body) return;
    board.current?.querySelector<HTMLElement>(`[data-task="${moved.current}"]`)?.focus();
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const card = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-task]') : null;
    if (step === undefined || card === null || event.ctrlKey || event.altKey || event.metaKey) return;
    const column = card.closest<HTMLElement>('[data-column]');
    const place = STATUSES.indexOf(column?.dataset['column'] as TaskStatus);
    const [columns, rows] = step;
    event.preventDefault();
    if (event.shiftKey) {
      moved.current = card.dataset['task'] ?? '';
      onStep?.(moved.current, { columns, rows });
      return;
    }
    moved.current = undefined;
    const row = cardsIn(column).indexOf(card) + rows;
    const target = columns === 0 ? cardsIn(column)[row] : nextWithCards(board.current, place, columns).at(0);
    target?.focus();
  };
  return { board, onKeyDown };
}

/** The cards of the next column in a direction that has some. */
function nextWithCards(board: HTMLElement | null, from: number, by: number): HTMLElement[] {
  for (let place = from + by; STATUSES[place] !== undefined; place += by) {
    const cards = cardsIn(board?.querySelector(`[data-column="${STATUSES[place]}"]`));
    if (cards.length > 0) return cards;
  }
  return [];
}
