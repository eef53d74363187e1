import type { Link, Row } from './display.js';

/** A delivery in the list. */
export interface ListedRow extends Row {
  /** How often the user has repeated it. */
  readonly repeats: number;
}

/** The live list of `listen`. */
export interface ListState {
  readonly heading: string;
  /** Oldest first. */
  readonly rows: readonly ListedRow[];
  /** By delivery. Undefined: the newest one, also when another one arrives. */
  readonly selected: string | undefined;
  readonly showsDetails: boolean;
  readonly link: Link;
  readonly notice: string;
}

export type ListKey = 'up' | 'down' | 'first' | 'last' | 'details' | 'close';

const MAX_ROWS = 500;

export const EMPTY_LIST: ListState = {
  heading: '',
  rows: [],
  selected: undefined,
  showsDetails: false,
  link: 'reconnecting',
  notice: '',
};

export function addRow(state: ListState, row: Row): ListState {
  const rows = [...state.rows, { ...row, repeats: 0 }].slice(-MAX_ROWS);
  const isKept = rows.some(({ deliveryId }) => deliveryId === state.selected);
  return { ...state, rows, selected: isKept ? state.selected : undefined };
}

/** Shows the outcome of a repetition in the row of the delivery. */
export function repeatRow(state: ListState, deliveryId: string, outcome: Row['outcome']): ListState {
  const rows = state.rows.map((row) =>
    row.deliveryId === deliveryId ? { ...row, outcome, repeats: row.repeats + 1 } : row,
  );
  return { ...state, rows };
}

export const selectedPlace = ({ rows, selected }: ListState): number =>
  selected === undefined ? rows.length - 1 : rows.findIndex(({ deliveryId }) => deliveryId === selected);

export const selectedRow = (state: ListState): ListedRow | undefined => state.rows[selectedPlace(state)];

export function pressKey(state: ListState, key: ListKey): ListState {
  if (key === 'details') return { ...state, showsDetails: !state.showsDetails && state.rows.length > 0 };
  if (key === 'close') return { ...state, showsDetails: false };
  const last = state.rows.length - 1;
  const place = { up: selectedPlace(state) - 1, down: selectedPlace(state) + 1, first: 0, last }[key];
  const bounded = Math.min(last, Math.max(0, place));
  return { ...state, selected: bounded === last ? undefined : state.rows[bounded]?.deliveryId };
}
