import base from './jest.config.mjs';

/** These tests kill and stall real processes, so they run one at a time with long timeouts. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/faults/**/*.fault-spec.ts'],
  testTimeout: 300_000,
  maxWorkers: 1,
};
