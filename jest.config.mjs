export default {
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/client/src/**/*.spec.ts',
    '<rootDir>/cli/src/**/*.spec.ts',
    '<rootDir>/dashboard/src/**/*.spec.ts',
    '<rootDir>/test/**/*.e2e-spec.ts',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^@tidings/client$': '<rootDir>/client/src/tidings.ts' },
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/client/dist/',
    '<rootDir>/backend/dist/',
    '<rootDir>/cli/dist/',
  ],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
  },
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
  testTimeout: 60_000,
  maxWorkers: 2,
  // Modules of ended suites stay in memory: after gigabytes of them a worker spends its time collecting garbage.
  workerIdleMemoryLimit: '1500MB',
};
