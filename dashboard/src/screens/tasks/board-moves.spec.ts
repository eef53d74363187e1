import { describe, expect, it } from '@jest/globals';
import { moveBy, rankAt } from './board-moves.js';
import { withTask, type Task, type TaskStatus } from './task-cache.js';

const task = (id: string, rank: number, status: TaskStatus = 'todo'): Task => ({
  id,
  title: id,
  description: '',
  status,
  assigneeId: null,
  rank,
  createdBy: 'ann',
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
});
const [a, b, c, done] = [task('a', 3), task('b', 2), task('c', 1), task('done', 9, 'done')];
const board = [done, a, b, c];

const shown = (moved: Task, move: Parameters<typeof rankAt>[2]): string[] =>
  withTask(board, { ...moved, status: move.status, rank: rankAt(board, moved, move) })
    .filter(({ status }) => status === move.status)
    .map(({ id }) => id);

describe('a move of a task', () => {
  it.each([
    [b, { rows: -1 }, { status: 'todo', before: 'a' }],
    [a, { rows: 1 }, { status: 'todo', before: 'c' }],
    [b, { rows: 1 }, { status: 'todo', before: null }],
    [a, { columns: 1 }, { status: 'in_progress' }],
    [a, { rows: -1 }, undefined],
    [c, { rows: 1 }, undefined],
    [a, { columns: -1 }, undefined],
    [done, { columns: 1 }, undefined],
  ])('of %j by %j is %j', (moved, by, move) => {
    expect(moveBy(board, moved, by)).toEqual(move);
  });

  it.each([
    [c, { status: 'todo', before: 'a' }, ['c', 'a', 'b']],
    [c, { status: 'todo', before: 'b' }, ['a', 'c', 'b']],
    [a, { status: 'todo', before: null }, ['b', 'c', 'a']],
    [a, { status: 'done' }, ['a', 'done']],
    [a, { status: 'done', before: null }, ['done', 'a']],
    [a, { status: 'in_progress', before: null }, ['a']],
  ] as const)('of %j to %j is shown at once', (moved, move, order) => {
    expect(shown(moved, move)).toEqual(order);
  });
});
