import { beforeEach, describe, expect, it } from '@jest/globals';
import { Seats } from './seats.js';

const seat = { channel: 'workspace:1', userId: 'ada' };
let seats: Seats;

beforeEach(() => {
  seats = new Seats(1_000);
});

/** Writes what has changed. @returns how many were taken and how many left */
function write(): [number, number] {
  const changes = seats.takeChanges(100);
  seats.wrote(changes);
  return [changes.taken.length, changes.left.length];
}

describe('a seat', () => {
  it('is written once for many tabs, and left with the last of them', () => {
    seats.take(seat);
    seats.take(seat);
    expect(write()).toEqual([1, 0]);
    seats.leave(seat, false, 0);
    expect(write()).toEqual([0, 0]);
    seats.leave(seat, false, 0);
    expect(write()).toEqual([0, 1]);
    expect(seats.size).toBe(0);
  });

  it('is kept for the grace, and no longer', () => {
    seats.take(seat);
    write();
    seats.leave(seat, true, 0);
    seats.expire(999);
    expect(write()).toEqual([0, 0]);
    seats.expire(1_000);
    expect(write()).toEqual([0, 1]);
    expect(seats.size).toBe(0);
  });

  it('shows nothing of somebody who is back within the grace', () => {
    seats.take(seat);
    write();
    seats.leave(seat, true, 0);
    seats.take(seat);
    seats.expire(5_000);
    expect(write()).toEqual([0, 0]);
    expect(seats.size).toBe(1);
  });

  it('is kept no longer when the rights of its user change', () => {
    seats.take(seat);
    write();
    seats.leave(seat, true, 0);
    seats.forget(new Set(['ada']));
    expect(write()).toEqual([0, 1]);
  });

  it('that was left while it was being written is cleared away by the next write', () => {
    seats.take(seat);
    const changes = seats.takeChanges(100);
    seats.leave(seat, false, 0);
    seats.wrote(changes);
    expect(write()).toEqual([0, 1]);
    expect(seats.size).toBe(0);
  });

  it('is written again when the writing failed, and when what was written is lost', () => {
    seats.take(seat);
    seats.putBack(seats.takeChanges(100));
    expect(write()).toEqual([1, 0]);
    seats.rewrite();
    expect(write()).toEqual([1, 0]);
  });

  it('that nobody ever wrote leaves nothing behind', () => {
    seats.take(seat);
    seats.leave(seat, false, 0);
    expect(write()).toEqual([0, 0]);
    expect(seats.size).toBe(0);
  });
});
