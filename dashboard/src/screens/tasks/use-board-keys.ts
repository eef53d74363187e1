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

/** Arrow keys go from card to card; Shift with left or right moves the task, and the focus goes with it. */
export function useBoardKeys(onMove: ((id: string, to: TaskStatus) => void) | undefined): BoardKeys {
  const board = useRef<HTMLDivElement>(null);
  const moving = useRef<{ readonly id: string; readonly to: TaskStatus }>(undefined);
  useEffect(() => {
    if (moving.current === undefined) return;
    const { id, to } = moving.current;
    const card = board.current?.querySelector<HTMLElement>(`[data-column="${to}"] [data-task="${id}"]`);
    if (card === null || card === undefined) return;
    moving.current = undefined;
    card.focus();
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
      const to = STATUSES[place + columns];
      if (columns === 0 || to === undefined || onMove === undefined) return;
      moving.current = { id: card.dataset['task'] ?? '', to };
      onMove(moving.current.id, to);
      return;
    }
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
