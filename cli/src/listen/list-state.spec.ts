import { describe, expect, it } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import type { Row } from './display.js';
import { drawList } from './draw-list.js';
import { addRow, EMPTY_LIST, pressKey, repeatRow, selectedRow, type ListKey, type ListState } from './list-state.js';

const answered = (status: number, body = ''): Row['outcome'] => ({
  kind: 'answered',
  status,
  ms: 7,
  answer: { headers: { 'content-type': 'text/plain' }, body },
});

const rowOf = (name: string, outcome = answered(200, `the answer to ${name}`)): Row => ({
  deliveryId: name,
  eventType: 'push',
  title: `title of ${name}`,
  sourceId: 'source',
  ts: 0,
  outcome,
});

const listOf = (count: number): ListState =>
  Array.from({ length: count }, (_, place) => rowOf(`d${place}`)).reduce(addRow, {
    ...EMPTY_LIST,
    heading: 'Forwarding',
  });
const press = (state: ListState, ...keys: ListKey[]): ListState => keys.reduce(pressKey, state);
const nameOf = (state: ListState) => selectedRow(state)?.deliveryId;
const linesOf = (state: ListState, size = { columns: 80, rows: 10 }) =>
  drawList(state, size).map((line) => stripVTControlCharacters(line));

describe('the list of deliveries', () => {
  it('selects the newest one until the user selects another', () => {
    expect(nameOf(EMPTY_LIST)).toBeUndefined();
    const list = listOf(3);
    expect(nameOf(list)).toBe('d2');
    expect(nameOf(addRow(list, rowOf('d3')))).toBe('d3');
    expect(nameOf(addRow(press(list, 'up'), rowOf('d3')))).toBe('d1');
    expect(nameOf(addRow(press(list, 'up', 'down'), rowOf('d3')))).toBe('d3');
  });

  it('does not move beyond its ends', () => {
    expect(nameOf(press(listOf(2), 'up', 'up', 'up'))).toBe('d0');
    expect(nameOf(press(listOf(3), 'first'))).toBe('d0');
    expect(nameOf(press(listOf(3), 'first', 'last', 'down'))).toBe('d2');
    expect(press(EMPTY_LIST, 'up', 'down', 'details')).toEqual(EMPTY_LIST);
  });

  it('keeps the last 500, and selects the newest one when the selected one is dropped', () => {
    const list = addRow(press(listOf(500), 'first'), rowOf('new'));
    expect([list.rows.length, nameOf(list)]).toEqual([500, 'new']);
  });

  it('shows the outcome of a repetition in the row of the delivery', () => {
    const list = repeatRow(listOf(2), 'd0', answered(500));
    expect(list.rows.map(({ repeats }) => repeats)).toEqual([1, 0]);
    expect(linesOf(list)[1]).toMatch(/500 .*\(repeated once\) {2}title/);
  });
});

describe('the drawn list', () => {
  it('has as many lines as the terminal, none wider than it', () => {
    for (const count of [0, 1, 4, 30]) {
      for (const size of [
        { columns: 80, rows: 24 },
        { columns: 12, rows: 4 },
      ]) {
        const lines = linesOf(press(listOf(count), 'details'), size);
        expect([lines.length, lines.filter((line) => line.length > size.columns)]).toEqual([size.rows, []]);
      }
    }
  });

  it('keeps the selected delivery in sight', () => {
    for (const state of [listOf(30), press(listOf(30), 'first'), press(listOf(30), 'up', 'up', 'up')]) {
      const marked = linesOf(state).filter((line) => line.startsWith('>'));
      expect(marked).toEqual([expect.stringContaining(`title of ${nameOf(state)}`)]);
    }
  });

  it('shows the answer of the local server as details', () => {
    const open = press(listOf(2), 'details');
    expect(linesOf(open, { columns: 80, rows: 30 }).join('\n')).toContain('the answer to d1');
    expect(linesOf(press(open, 'close')).join('\n')).not.toContain('the answer to d1');
  });

  it('passes no control character of a sender on to the terminal', () => {
    const state = addRow(EMPTY_LIST, rowOf('a\u001B]0;title\u0007', answered(200, '\u001B[2Jcleared')));
    const text = drawList(press(state, 'details'), { columns: 80, rows: 30 }).join('');
    expect(text).not.toContain('\u001B]0;');
    expect(text).not.toContain('\u001B[2J');
  });

  it('writes no control character of a source or an answer to the terminal', () => {
    const state = { ...listOf(1), heading: 'a\u001B]52;c;eA==\u0007', notice: 'b\u001B[2J' };
    const text = drawList(state, { columns: 80, rows: 10 }).join('\n');
    expect(text).not.toContain('\u001B]52');
    expect(text).not.toContain('\u001B[2J');
  });
});
