import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DatabaseClock } from './database-clock.js';

const DAY_MS = 86_400_000;
const TRUE_TIME = Date.UTC(2026, 10, 21);

describe('DatabaseClock', () => {
  let clock: DatabaseClock;
  let monotonic = 1_000;

  beforeEach(() => {
    clock = new DatabaseClock();
    monotonic = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => monotonic);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  function machineIsAhead(ms: number): void {
    jest.spyOn(Date, 'now').mockImplementation(() => TRUE_TIME + (monotonic - 1_000) + ms);
  }

  const read = (roundTripMs: number, error = 0): void => {
    const askedAt = monotonic;
    monotonic += roundTripMs;
    const databaseTime = TRUE_TIME + askedAt - 1_000 + roundTripMs / 2 + error;
    clock.observe({ askedAt, databaseTime, answeredAt: monotonic });
  };

  it.each([31, -45])('returns the database time on a machine that is %d days off', (days) => {
    machineIsAhead(days * DAY_MS);
    read(2);
    expect(clock.now()).toBe(TRUE_TIME + 2);
    expect(clock.driftMs).toBe(days * DAY_MS);
  });

  it('keeps the database time when the machine clock is set', () => {
    machineIsAhead(0);
    read(2);
    machineIsAhead(DAY_MS);
    monotonic += 500;
    expect(clock.now()).toBe(TRUE_TIME + 502);
    expect(clock.driftMs).toBe(DAY_MS);
  });

  it('loses no accuracy through a slow response', () => {
    machineIsAhead(0);
    read(2);
    read(4_000, 1_900);
    expect(clock.driftMs).toBe(0);
  });

  it('follows a database whose clock is set', () => {
    machineIsAhead(0);
    read(2);
    read(2, -60_000);
    expect(clock.driftMs).toBeGreaterThanOrEqual(59_999);
    expect(clock.driftMs).toBeLessThanOrEqual(60_001);
  });

  it('uses the machine clock before the first reading', () => {
    machineIsAhead(5);
    expect(clock.now()).toBe(Date.now());
  });
});
