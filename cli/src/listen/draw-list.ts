import colors from 'picocolors';
import { clean } from '../terminal/output.js';
import { cellsOf, colorOf } from './cells.js';
import { selectedPlace, selectedRow, type ListedRow, type ListState } from './list-state.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const KEYS = '↑↓ select   r repeat   d details   o open in the dashboard   q quit';
/** The first line, the notice and the keys. */
const FIXED_LINES = 3;

/** @returns as many lines as the terminal has, none longer than it is wide */
export function drawList(state: ListState, { columns, rows }: Size): string[] {
  const cut = (text: string) => clean(text).slice(0, columns);
  const details = state.showsDetails ? detailLines(selectedRow(state)) : [];
  const room = Math.max(1, rows - FIXED_LINES);
  const pane = details.slice(0, Math.floor(room / 2)).map(cut);
  const list = listLines(state, room - pane.length, columns);
  const link = state.link === 'live' ? 'live' : 'reconnecting';
  const blank = Array.from({ length: Math.max(0, room - pane.length - list.length) }, () => '');
  const lines = [colors.bold(cut(`${state.heading} (${link})`)), ...list, ...blank, ...pane];
  return [...lines, colors.yellow(cut(state.notice)), colors.dim(cut(KEYS))];
}

/** The selected delivery stays in sight. */
function listLines(state: ListState, height: number, columns: number): string[] {
  const place = selectedPlace(state);
  const first = Math.max(0, Math.min(place - Math.floor(height / 2), state.rows.length - height));
  return state.rows.slice(first, first + height).map((row, index) => {
    const isSelected = first + index === place;
    return rowLine(row, isSelected, columns);
  });
}

function rowLine(row: ListedRow, isSelected: boolean, columns: number): string {
  const { time, status, took, eventType, title } = cellsOf(row);
  const again = row.repeats === 0 ? '' : `(repeated ${row.repeats === 1 ? 'once' : `${row.repeats} times`})  `;
  const before = `${isSelected ? '>' : ' '} ${time}  `.slice(0, columns);
  const shown = status.slice(0, columns - before.length);
  const after = `  ${took}  ${eventType}  ${again}${title}`.slice(0, columns - before.length - shown.length);
  const line = `${before}${colorOf(row)(shown)}${after}`;
  return isSelected ? colors.inverse(line) : line;
}

function detailLines(row: ListedRow | undefined): string[] {
  if (row === undefined) return [];
  const { outcome, deliveryId, eventType, title } = row;
  const facts = ['', `delivery  ${clean(deliveryId)}`, `type      ${clean(eventType)}`, `title     ${clean(title)}`];
  if (outcome.kind !== 'answered') return [...facts, 'reason' in outcome ? `failed    ${clean(outcome.reason)}` : ''];
  const { headers, body } = outcome.answer;
  const answered = Object.entries(headers).map(([name, value]) => `  ${name}: ${clean(String(value))}`);
  return [...facts, `answer    ${outcome.status}`, ...answered, ...body.split('\n').map((line) => `  ${clean(line)}`)];
}
