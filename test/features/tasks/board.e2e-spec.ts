import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Database } from '../../../src/platform/database/database.js';
import { signUp, type Api } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { TestSocket } from '../../support/socket.js';

let tidings: RunningTidings;
let ada: Api;
let grace: Api;

interface Task {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly rank: number;
  readonly updatedAt: string;
}

beforeAll(async () => {
  tidings = await startTidings();
  ada = tidings.api;
  grace = await signUp(ada, 'grace@example.com');
});
afterAll(() => tidings?.stop());

/** The order that every client shows. */
const inOrder = (tasks: readonly Task[]): Task[] =>
  tasks.toSorted((one, other) => other.rank - one.rank || (one.id < other.id ? 1 : -1));

/** A board of its own workspace, with one task for each title; the first one is at the top. */
class Board {
  readonly tasks = new Map<string, string>();

  private constructor(readonly ws: string) {}

  static async make(...titles: string[]): Promise<Board> {
    const { body } = await ada.post<{ id: string }>('/v1/workspaces', { name: 'a board' });
    await ada.put(`/v1/workspaces/${body.id}/members/${grace.userId}`, { role: 'member' });
    const board = new Board(body.id);
    for (const title of titles.toReversed()) {
      const made = await ada.post<Task>(board.path, { title });
      board.tasks.set(title, made.body.id);
    }
    return board;
  }

  get path(): string {
    return `/v1/workspaces/${this.ws}/tasks`;
  }

  id(title: string): string {
    return this.tasks.get(title) ?? '';
  }

  /** @param before the title of a task */
  move(title: string, change: { before?: string | null; status?: string }, by = ada) {
    const { before, ...rest } = change;
    const place = typeof before === 'string' ? { before: this.id(before) } : { before };
    return by.patch<Task>(`${this.path}/${this.id(title)}`, { ...rest, ...place });
  }

  async order(status = 'todo'): Promise<string> {
    const { body } = await ada.get<{ items: Task[] }>(`${this.path}?limit=200&status=${status}`);
    return inOrder(body.items)
      .map(({ title }) => title)
      .join(' ');
  }
}

describe('a column of the board', () => {
  it('has new tasks first, and a task from another column too', async () => {
    const board = await Board.make('a', 'b');
    await board.move('b', { status: 'done' });
    await board.move('a', { status: 'done' });
    expect([await board.order(), await board.order('done')]).toEqual(['', 'a b']);
    await board.move('b', { status: 'todo' });
    await board.move('b', { status: 'done' });
    expect(await board.order('done')).toBe('b a');
  });

  it.each([
    ['before another task', 'd', { before: 'b' }, 'a d b c'],
    ['to the top', 'd', { before: 'a' }, 'd a b c'],
    ['to the end', 'a', { before: null }, 'b c d a'],
    ['downwards', 'a', { before: 'd' }, 'b c a d'],
  ])('takes a task %s', async (_name, title, change, order) => {
    const board = await Board.make('a', 'b', 'c', 'd');
    expect((await board.move(title, change)).status).toBe(200);
    expect(await board.order()).toBe(order);
  });

  it('takes a task of another column at a place', async () => {
    const board = await Board.make('a', 'b', 'c');
    await board.move('c', { status: 'done' });
    await board.move('a', { status: 'done', before: null });
    await board.move('b', { status: 'done', before: 'a' });
    expect(await board.order('done')).toBe('c b a');
  });

  it('keeps a task as it is that is moved to where it is', async () => {
    const board = await Board.make('a', 'b', 'c');
    const { body: before } = await ada.get<Task>(`${board.path}/${board.id('b')}`);
    for (const change of [{ before: 'c' }, { before: 'b' }, { status: 'todo' }])
      expect((await board.move('b', change)).body).toEqual(before);
    const { body: last } = await ada.get<Task>(`${board.path}/${board.id('c')}`);
    expect((await board.move('c', { before: null })).body).toEqual(last);
  });

  it('refuses a place before a task that it does not have', async () => {
    const [board, other] = [await Board.make('a'), await Board.make('foreign')];
    for (const before of [randomUUID(), other.id('foreign')]) {
      const answer = await ada.patch(`${board.path}/${board.id('a')}`, { before });
      expect(answer).toMatchObject({ status: 400, body: { code: 'task.unknown-place' } });
    }
  });

  it('takes any number of tasks into the same gap, and publishes each task whose rank changes', async () => {
    const board = await Board.make('a', 'b', 'c', 'z');
    const socket = await TestSocket.connect(tidings.url, grace.token);
    await socket.ask('workspace:join', { workspaceId: board.ws });
    const known = new Map<string, Task>();
    // Halves the gap between `a` and `z` 120 times; a double has 52 bits.
    for (let turn = 0; turn < 60; turn++) {
      await board.move('b', { before: 'z' });
      await board.move('c', { before: 'z' });
    }
    expect(await board.order()).toBe('a b c z');
    await board.move('z', { before: null });
    const { body } = await ada.get<{ items: Task[] }>(board.path);
    await eventually('the events have the order of the list', () => {
      for (const { payload } of socket.ofType('task:updated')) known.set(String(payload['id']), payload as never);
      return body.items.every(({ id, rank }) => (known.get(id)?.rank ?? rank) === rank);
    });
    socket.cut();
  });

  it('moves at most a hundred tasks of a long column to make room for one', async () => {
    const board = await Board.make('z', 'moved');
    const database = tidings.app.get(Database);
    await database.query(
      `INSERT INTO tasks (id, workspace_id, title, description, status, created_by, created_at, updated_at, rank)
       SELECT gen_random_uuid(), $1, 'task ' || n, '', 'todo', $2, now(), now(), (SELECT rank FROM tasks WHERE id = $3) + n / 4
       FROM generate_series(0, 1999) n`,
      [board.ws, ada.userId, board.id('z')],
    );
    const heads = async () =>
      (
        await ada.get<{ position: { offset: number } }>(
          `/v1/workspaces/${board.ws}/events?channel=tasks:${board.ws}&latest=1`,
        )
      ).body.position.offset;
    const before = await heads();
    expect((await board.move('moved', { before: 'z' })).status).toBe(200);
    expect((await heads()) - before).toBeLessThanOrEqual(101);
    const { body } = await ada.get<Task>(`${board.path}/${board.id('moved')}`);
    const [above] = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM tasks WHERE workspace_id = $1 AND rank > $2`,
      [board.ws, body.rank],
    );
    expect(above?.count).toBeGreaterThanOrEqual(2_000 - 1);
  });

  it('lets a process answer other calls while many moves wait for its lock', async () => {
    const board = await Board.make('a', 'b');
    const lock = new pg.Client({ connectionString: tidings.databaseUrl });
    await lock.connect();
    await lock.query('BEGIN');
    await lock.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`tasks ${board.ws}`]);
    const moves = Array.from({ length: 40 }, (_, turn) =>
      board.move(turn % 2 ? 'a' : 'b', { before: turn % 2 ? 'b' : 'a' }),
    );
    expect((await grace.get('/v1/me')).status).toBe(200);
    await lock.query('COMMIT');
    await lock.end();
    for (const { status } of await Promise.all(moves)) expect(status).toBe(200);
  });

  it('ends in one order for all when two users move its tasks at the same time', async () => {
    const titles = ['a', 'b', 'c', 'd', 'e', 'f'];
    const board = await Board.make(...titles);
    const socket = await TestSocket.connect(tidings.url, grace.token);
    await socket.ask('workspace:join', { workspaceId: board.ws });
    const first = await ada.get<{ items: Task[] }>(board.path);
    const known = new Map(first.body.items.map((task) => [task.id, task]));
    const moves = titles.flatMap((title, turn) => {
      const before = titles[(turn * 5 + 2) % titles.length] ?? null;
      return [board.move(title, { before }, ada), board.move(title, { before: 'a' }, grace)];
    });
    for (const { status } of await Promise.all(moves)) expect(status).toBe(200);
    const order = await board.order();
    await eventually('the other user has the same order', () => {
      for (const { payload } of socket.ofType('task:updated')) known.set(String(payload['id']), payload as never);
      return (
        inOrder([...known.values()])
          .map(({ title }) => title)
          .join(' ') === order
      );
    });
    expect(order.split(' ').toSorted()).toEqual(titles);
    socket.cut();
  });
});
