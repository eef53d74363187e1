import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { validate, version } from 'uuid';
import { firstIdAt, newId } from './ids.js';

afterEach(() => void jest.useRealTimers());

describe('newId', () => {
  it('creates UUIDs of version 7 that contain the time', () => {
    const id = newId();
    expect([validate(id), version(id)]).toEqual([true, 7]);
    const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(Math.abs(Date.now() - time)).toBeLessThan(5_000);
  });

  it('creates distinct ids that sort in creation order', () => {
    const ids = Array.from({ length: 50_000 }, newId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps increasing when the clock is set back', () => {
    jest.useFakeTimers({ now: Date.now() + 1_000 });
    const before = newId();
    jest.setSystemTime(Date.now() - 60_000);
    expect(newId() > before).toBe(true);
  });
});

describe('firstIdAt', () => {
  it('separates earlier ids from later ones', () => {
    jest.useFakeTimers({ now: Date.now() + 5_000 });
    const before = newId();
    jest.setSystemTime(Date.now() + 1);
    const [first, since] = [firstIdAt(Date.now()), newId()];
    expect([before, first, since].toSorted()).toEqual([before, first, since]);
  });
});
