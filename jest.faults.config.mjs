import base from './jest.config.mjs';

/** Kills and stalls real processes, so one at a time and with patience. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/faults/**/*.fault-spec.ts'],
  testTimeout: 300_000,
  maxWorkers: 1,
};
