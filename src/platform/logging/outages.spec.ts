import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { Outages } from './outages.js';

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly fields: Record<string, unknown>;
}

let lines: Line[] = [];
let outages: Outages;

const refused = () =>
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED', syscall: 'connect' });
const away = () => new QueryFailedError('SELECT 1', [], refused());
const fails = (msg: string, err: unknown) => outages.counts({ level: 'warn', context: 'Test', msg, err });

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  outages = new Outages((level, fields, msg) => lines.push({ level, fields, msg }));
});
afterEach(() => {
  jest.useRealTimers();
});

describe('Outages', () => {
  it('logs an unavailable database once, and once with the number of failures when it is over', () => {
    for (let i = 0; i < 300; i++) {
      expect(fails(`place ${i % 20} failed`, new Error('wrapped', { cause: away() }))).toBe(true);
      jest.advanceTimersByTime(25);
    }
    expect(lines).toEqual([
      {
        level: 'warn',
        msg: 'the database is unavailable',
        fields: {
          context: 'Test',
          during: 'place 0 failed',
          reason: 'connect ECONNREFUSED 127.0.0.1:5432',
          code: 'ECONNREFUSED',
        },
      },
    ]);
    jest.advanceTimersByTime(10_000);
    expect(lines.slice(1)).toMatchObject([
      { level: 'warn', msg: 'the database is unavailable: resolved', fields: { failures: 300, seconds: 7.5 } },
    ]);
  });

  it('logs the first failure of another kind in full and counts its repetitions', () => {
    expect(fails('sweep failed', new TypeError('x is not a function'))).toBe(false);
    expect(fails('sweep failed', new TypeError('x is not a function'))).toBe(true);
    expect(fails('sweep failed', new TypeError('y is not a function'))).toBe(false);
    expect(fails('another sweep failed', new TypeError('x is not a function'))).toBe(false);
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual([
      { level: 'warn', msg: 'sweep failed: resolved', fields: { context: 'Test', failures: 2, seconds: 0 } },
    ]);
    expect(fails('sweep failed', new TypeError('x is not a function'))).toBe(false);
  });

  it('logs an ongoing outage every minute', () => {
    for (let second = 0; second < 125; second++) {
      fails('reading failed', away());
      jest.advanceTimersByTime(1_000);
    }
    expect(lines.map(({ msg }) => msg)).toEqual([
      'the database is unavailable',
      'the database is unavailable: ongoing',
      'the database is unavailable: ongoing',
    ]);
  });

  it('does not mistake a refused connection to a user endpoint for the database', () => {
    expect(fails('a message was not sent', refused())).toBe(false);
  });

  it('tracks a bounded number of causes', () => {
    for (let i = 0; i < 1_000; i++) expect(fails(`failure ${i}`, new Error('x'))).toBe(false);
    expect(fails('failure 999', new Error('x'))).toBe(false);
    expect(fails('failure 1', new Error('x'))).toBe(true);
  });
});
