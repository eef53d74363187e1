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
  it('says once that the database is away, however many places notice, and once how often when it is over', () => {
    for (let i = 0; i < 300; i++) {
      expect(fails(`place ${i % 20} failed`, new Error('wrapped', { cause: away() }))).toBe(true);
      jest.advanceTimersByTime(25);
    }
    expect(lines).toEqual([
      {
        level: 'warn',
        msg: 'the database can not be reached',
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
      { level: 'warn', msg: 'the database can not be reached: is over', fields: { failures: 300, seconds: 7.5 } },
    ]);
  });

  it('lets the first of any other failure be written whole, and counts its repetitions', () => {
    expect(fails('sweep failed', new TypeError('x is not a function'))).toBe(false);
    expect(fails('sweep failed', new TypeError('x is not a function'))).toBe(true);
    expect(fails('sweep failed', new TypeError('y is not a function'))).toBe(false);
    expect(fails('another sweep failed', new TypeError('x is not a function'))).toBe(false);
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual([
      { level: 'warn', msg: 'sweep failed: is over', fields: { context: 'Test', failures: 2, seconds: 0 } },
    ]);
    expect(fails('sweep failed', new TypeError('x is not a function'))).toBe(false);
  });

  it('says again each minute that it goes on', () => {
    for (let second = 0; second < 125; second++) {
      fails('reading failed', away());
      jest.advanceTimersByTime(1_000);
    }
    expect(lines.map(({ msg }) => msg)).toEqual([
      'the database can not be reached',
      'the database can not be reached: goes on',
      'the database can not be reached: goes on',
    ]);
  });

  it('does not take an endpoint of a user that refuses connections for the database', () => {
    expect(fails('a message was not sent', refused())).toBe(false);
  });

  it('keeps a bounded number of causes', () => {
    for (let i = 0; i < 1_000; i++) expect(fails(`failure ${i}`, new Error('x'))).toBe(false);
    expect(fails('failure 999', new Error('x'))).toBe(false);
    expect(fails('failure 1', new Error('x'))).toBe(true);
  });
});
