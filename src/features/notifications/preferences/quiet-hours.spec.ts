import { describe, expect, it } from '@jest/globals';
import { clockOf, isTimeZone, minuteOf, quietUntil } from './quiet-hours.js';

const hours = (timeZone: string, from: string, until: string) => {
  return { timeZone, fromMinute: minuteOf(from), untilMinute: minuteOf(until) };
};

describe('quiet hours', () => {
  it.each([
    ['UTC', '22:00', '07:00', '2026-01-10T23:15:30Z', '2026-01-11T07:00:00.000Z'],
    ['UTC', '22:00', '07:00', '2026-01-10T03:00:00Z', '2026-01-10T07:00:00.000Z'],
    ['UTC', '22:00', '07:00', '2026-01-10T07:00:00Z', undefined],
    ['UTC', '22:00', '07:00', '2026-01-10T21:59:59Z', undefined],
    ['UTC', '12:00', '13:30', '2026-01-10T12:00:00Z', '2026-01-10T13:30:00.000Z'],
    ['Europe/Berlin', '22:00', '07:00', '2026-01-10T21:30:00Z', '2026-01-11T06:00:00.000Z'],
    ['Europe/Berlin', '22:00', '07:00', '2026-07-10T20:30:00Z', '2026-07-11T05:00:00.000Z'],
    ['America/New_York', '22:00', '07:00', '2026-01-10T21:30:00Z', undefined],
    ['Asia/Kolkata', '00:00', '06:00', '2026-01-10T18:45:00Z', '2026-01-11T00:30:00.000Z'],
    ['UTC', '08:00', '08:00', '2026-01-10T08:00:00Z', undefined],
    // The clock goes forward, then back, before the end; then an end that is skipped, and ends that occur twice.
    ['Europe/Berlin', '22:00', '07:00', '2026-03-28T22:00:30Z', '2026-03-29T05:00:00.000Z'],
    ['Europe/Berlin', '22:00', '07:00', '2026-10-24T22:00:00Z', '2026-10-25T06:00:00.000Z'],
    ['Europe/Berlin', '22:00', '02:30', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '22:00', '02:30', '2026-10-25T00:10:00Z', '2026-10-25T00:30:00.000Z'],
    ['Europe/Berlin', '22:00', '02:30', '2026-10-25T01:10:00Z', '2026-10-25T01:30:00.000Z'],
    ['Australia/Lord_Howe', '22:00', '07:00', '2026-10-03T15:00:00Z', '2026-10-03T20:00:00.000Z'],
  ])('in %s from %s to %s at %s end at %s', (timeZone, from, until, now, end) => {
    expect(quietUntil(hours(timeZone, from, until), new Date(now))?.toISOString()).toBe(end);
  });

  it('accept existing time zones only', () => {
    expect(['Europe/Berlin', 'UTC', 'Nowhere/Land', '', 'Europe/Berlin;'].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('are shown in the format in which they were set', () => {
    expect(['00:00', '07:05', '23:59'].map((clock) => clockOf(minuteOf(clock)))).toEqual(['00:00', '07:05', '23:59']);
  });
});
