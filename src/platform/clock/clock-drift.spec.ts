import { describe, expect, it } from '@jest/globals';
import { DriftReport, isTooFarOff } from './clock-drift.js';

describe('DriftReport', () => {
  it('warns once from 5 s, again when the drift changes, and reports its end', () => {
    const report = new DriftReport();
    const drifts = [4_999, -5_000, -5_100, -5_000, -12_000, 0, 0, 6_000];
    expect(drifts.map((drift) => report.next(drift))).toEqual([
      undefined,
      -5_000,
      undefined,
      undefined,
      -12_000,
      'steady',
      undefined,
      6_000,
    ]);
  });
});

describe('isTooFarOff', () => {
  it('begins beyond 30 s, in either direction', () => {
    expect([30_000, -30_000, 30_001, -30_001].map(isTooFarOff)).toEqual([false, false, true, true]);
  });
});
