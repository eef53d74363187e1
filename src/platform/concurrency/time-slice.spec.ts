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

describe('Turns', () => {
  it('lets the event loop have its turn between workers, however many there are', async () => {
    const turns = new TimeSlice();
    const workers = Array.from({ length: WORKERS }, async () => {
      if (turns.over) await turns.next();
      work(WORK_MS);
    });
    let turnsOfOthers = 0;
    const done = Promise.all(workers).then(() => true);
    const undone = nextTurn().then(() => false);
    for (let ended = await Promise.race([done, undone]); !ended; ended = await Promise.race([done, nextTurn(false)])) {
      turnsOfOthers++;
    }
    // Two pieces of work of 6 ms fit into one turn of 8 ms, and not a third.
    expect(turnsOfOthers).toBeGreaterThan(WORKERS / 3);
  });

  it('does not go on before the others have had theirs when it began in a callback of the network', async () => {
    const turns = new TimeSlice();
    const order: string[] = [];
    // What follows runs between the timers and the immediates, as what follows a read of a socket does.
    await stat('.');
    setTimeout(() => order.push('a timer'), 1);
    expect(turns.over).toBe(false);
    work(WORK_MS * 2);
    await turns.next();
    order.push('the worker');
    expect(order).toEqual(['a timer', 'the worker']);
  });

  it('goes on in the order in which it was asked', async () => {
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

  it('leaves nobody waiting who asks while nothing is being done', async () => {
    await expect(new TimeSlice().next()).resolves.toBeUndefined();
  });
});
