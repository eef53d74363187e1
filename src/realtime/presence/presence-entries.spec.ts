import { beforeEach, describe, expect, it } from '@jest/globals';
import { PresenceEntries } from './presence-entries.js';

const entry = { channel: 'workspace:1', userId: 'ada' };
let entries: PresenceEntries;

beforeEach(() => {
  entries = new PresenceEntries(1_000);
});

/** Writes what has changed. @returns how many were taken and how many left */
function write(): [number, number] {
  const changes = entries.takeChanges(100);
  entries.wrote(changes);
  return [changes.taken.length, changes.left.length];
}

describe('a seat', () => {
  it('is written once for many tabs, and left with the last of them', () => {
    entries.take(entry);
    entries.take(entry);
    expect(write()).toEqual([1, 0]);
    entries.leave(entry, false, 0);
    expect(write()).toEqual([0, 0]);
    entries.leave(entry, false, 0);
    expect(write()).toEqual([0, 1]);
    expect(entries.size).toBe(0);
  });

  it('is kept for the grace, and no longer', () => {
    entries.take(entry);
    write();
    entries.leave(entry, true, 0);
    entries.expire(999);
    expect(write()).toEqual([0, 0]);
    entries.expire(1_000);
    expect(write()).toEqual([0, 1]);
    expect(entries.size).toBe(0);
  });

  it('shows nothing of somebody who is back within the grace', () => {
    entries.take(entry);
    write();
    entries.leave(entry, true, 0);
    entries.take(entry);
    entries.expire(5_000);
    expect(write()).toEqual([0, 0]);
    expect(entries.size).toBe(1);
  });

  it('is kept no longer when the rights of its user change', () => {
    entries.take(entry);
    write();
    entries.leave(entry, true, 0);
    entries.forget(new Set(['ada']));
    expect(write()).toEqual([0, 1]);
  });

  it('that was left while it was being written is cleared away by the next write', () => {
    entries.take(entry);
    const changes = entries.takeChanges(100);
    entries.leave(entry, false, 0);
    entries.wrote(changes);
    expect(write()).toEqual([0, 1]);
    expect(entries.size).toBe(0);
  });

  it('is written again when the writing failed, and when what was written is lost', () => {
    entries.take(entry);
    entries.putBack(entries.takeChanges(100));
    expect(write()).toEqual([1, 0]);
    entries.rewrite();
    expect(write()).toEqual([1, 0]);
  });

  it('that nobody ever wrote leaves nothing behind', () => {
    entries.take(entry);
    entries.leave(entry, false, 0);
    expect(write()).toEqual([0, 0]);
    expect(entries.size).toBe(0);
  });
});
