import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { validate, version } from 'uuid';
import { firstIdAt, newId } from './ids.js';

afterEach(() => void jest.useRealTimers());

describe('newId', () => {
  it('makes UUIDs of version 7 that carry the time', () => {
    const id = newId();
    expect([validate(id), version(id)]).toEqual([true, 7]);
    const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(Math.abs(Date.now() - time)).toBeLessThan(5_000);
  });

  it('makes ids that are all different and sort in the order in which they were made', () => {
    const ids = Array.from({ length: 50_000 }, newId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('goes on upwards when the clock steps back', () => {
    jest.useFakeTimers({ now: Date.now() + 1_000 });
    const before = newId();
    jest.setSystemTime(Date.now() - 60_000);
    expect(newId() > before).toBe(true);
  });
});

describe('firstIdAt', () => {
  it('parts the ids that were made before a moment from those made since', () => {
    jest.useFakeTimers({ now: Date.now() + 5_000 });
    const before = newId();
    jest.setSystemTime(Date.now() + 1);
    const [first, since] = [firstIdAt(Date.now()), newId()];
    expect([before, first, since].toSorted()).toEqual([before, first, since]);
  });
});
