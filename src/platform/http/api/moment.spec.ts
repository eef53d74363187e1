import { describe, expect, it } from '@jest/globals';
import { moment } from './moment.js';

describe('moment', () => {
  it.each([
    ['2026-11-21T08:00:00Z', '2026-11-21T08:00:00.000Z'],
    ['2026-11-21T08:00:00.123456789+02:00', '2026-11-21T06:00:00.123Z'],
    ['2027-01-01T00:00:00+23:59', '2026-12-31T00:01:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('converts %s to %s', (text, utc) => {
    expect(moment.parse(text)).toBe(utc);
  });

  it.each(['tomorrow', '', '2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59-15:00'])(
    'rejects %j',
    (text) => {
      expect(moment.safeParse(text).success).toBe(false);
    },
  );
});
