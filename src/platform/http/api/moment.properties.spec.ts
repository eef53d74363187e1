import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { moment } from './moment.js';

const YEAR_1 = Date.parse('0001-01-01T00:00:00Z');
const YEAR_9999 = Date.parse('9999-12-31T23:59:59.999Z');

describe('a moment', () => {
  it('is the same time in UTC, whatever its offset', () => {
    const time = fc.integer({ min: YEAR_1 + 86_400_000, max: YEAR_9999 - 86_400_000 });
    const offset = fc.integer({ min: -1_439, max: 1_439 });
    fc.assert(
      fc.property(time, offset, (ms, minutes) => {
        const local = new Date(ms + minutes * 60_000).toISOString().slice(0, -1);
        const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const zone = `${minutes < 0 ? '-' : '+'}${[hours, rest].map((each) => String(each).padStart(2, '0')).join(':')}`;
        expect(moment.parse(`${local}${zone}`)).toBe(new Date(ms).toISOString());
      }),
    );
  });

  it('is refused or a time of the years 1 to 9999, for any text', () => {
    const part = fc.constantFrom(...'0123456789-:.+TZ ');
    const near = fc.array(part, { maxLength: 32 }).map((parts) => parts.join(''));
    const changed = fc.tuple(fc.nat(30), part).map(([at, character]) => {
      const text = '2026-11-20T12:00:00.500+02:00';
      return text.slice(0, at) + character + text.slice(at + 1);
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), near, changed), (text) => {
        const { data } = moment.safeParse(text);
        if (data === undefined) return;
        expect(new Date(data).toISOString()).toBe(data);
        expect(Date.parse(data)).toBeGreaterThanOrEqual(YEAR_1);
        expect(Date.parse(data)).toBeLessThanOrEqual(YEAR_9999);
      }),
    );
  });
});
