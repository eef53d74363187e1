import { describe, expect, it } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TimeSlice } from './time-slice.js';

const WORKERS = 50;
const WORK_MS = 6;

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('TimeSlice', () => {
  it('yields to the event loop between workers, however many there are', async () => {
    const turns = new TimeSlice();
    const workers = Array.from({ length: WORKERS }, async () => {
      if (turns.over) await turns.next();
      work(WORK_MS);
    });
    let otherTurns = 0;
    const done = Promise.all(workers).then(() => true);
    const undone = nextTurn().then(() => false);
    for (let ended = await Promise.race([done, undone]); !ended; ended = await Promise.race([done, nextTurn(false)])) {
      otherTurns++;
    }
    // Two pieces of work of 6 ms fit into one slice of 8 ms, but not three.
    expect(otherTurns).toBeGreaterThan(WORKERS / 3);
  });

  it('runs timers before it continues, also after a start in an I/O callback', async () => {
    const turns = new TimeSlice();
    const order: string[] = [];
    // After this await, code runs between timers and immediates, as it does after a socket read.
    await stat('.');
    setTimeout(() => order.push('a timer'), 1);
    expect(turns.over).toBe(false);
    work(WORK_MS * 2);
    await turns.next();
    order.push('the worker');
    expect(order).toEqual(['a timer', 'the worker']);
  });

  it('resumes in the order of the calls', async () => {
    const turns = new TimeSlice();
    const order: string[] = [];
    const worker = async (name: string, pieces: number) => {
      for (let piece = 0; piece < pieces; piece++) {
        if (turns.over) await turns.next();
        work(WORK_MS * 2);
        order.push(name);
      }
    };
    await Promise.all([worker('long', 3), worker('short', 1), worker('longer', 4)]);
    expect(order).toEqual(['long', 'long', 'short', 'longer', 'long', 'longer', 'longer', 'longer']);
  });

  it('resumes a caller when no slice is running', async () => {
    await expect(new TimeSlice().next()).resolves.toBeUndefined();
  });
});
