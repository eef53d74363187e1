import { beforeEach, describe, expect, it } from '@jest/globals';
import { PresenceEntries } from './presence-entries.js';

const entry = { channel: 'workspace:1', userId: 'ada' };
let entries: PresenceEntries;

beforeEach(() => {
  entries = new PresenceEntries(1_000);
});

/** Writes the pending changes. @returns the numbers of joins and leaves */
function write(): [number, number] {
  const changes = entries.takeChanges(100);
  entries.markWritten(changes);
  return [changes.joined.length, changes.left.length];
}

describe('a presence entry', () => {
  it('is written once for many tabs and leaves with the last one', () => {
    entries.join(entry);
    entries.join(entry);
    expect(write()).toEqual([1, 0]);
    entries.leave(entry, false, 0);
    expect(write()).toEqual([0, 0]);
    entries.leave(entry, false, 0);
    expect(write()).toEqual([0, 1]);
    expect(entries.size).toBe(0);
  });

  it('is kept for the grace period and no longer', () => {
    entries.join(entry);
    write();
    entries.leave(entry, true, 0);
    entries.expire(999);
    expect(write()).toEqual([0, 0]);
    entries.expire(1_000);
    expect(write()).toEqual([0, 1]);
    expect(entries.size).toBe(0);
  });

  it('does not change when the user reconnects within the grace period', () => {
    entries.join(entry);
    write();
    entries.leave(entry, true, 0);
    entries.join(entry);
    entries.expire(5_000);
    expect(write()).toEqual([0, 0]);
    expect(entries.size).toBe(1);
  });

  it('loses its grace period when the rights of its user change', () => {
    entries.join(entry);
    write();
    entries.leave(entry, true, 0);
    entries.forget(new Set(['ada']));
    expect(write()).toEqual([0, 1]);
  });

  it('that leaves while it is being written is removed by the next write', () => {
    entries.join(entry);
    const changes = entries.takeChanges(100);
    entries.leave(entry, false, 0);
    entries.markWritten(changes);
    expect(write()).toEqual([0, 1]);
    expect(entries.size).toBe(0);
  });

  it('is written again after a failed write and after the database has lost it', () => {
    entries.join(entry);
    entries.requeue(entries.takeChanges(100));
    expect(write()).toEqual([1, 0]);
    entries.rewrite();
    expect(write()).toEqual([1, 0]);
  });

  it('that was never written is dropped without a write', () => {
    entries.join(entry);
    entries.leave(entry, false, 0);
    expect(write()).toEqual([0, 0]);
    expect(entries.size).toBe(0);
  });
});
