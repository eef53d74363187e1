/** For each rule that the project adds to the linter, a file that breaks exactly this rule. */

const many = (count, line) => Array.from({ length: count }, (_, index) => line(index)).join('\n');

export const brokenLines = {
  'typescript/no-explicit-any': { 'src/a.ts': 'export const anything = (value: any): unknown => value;' },
  'typescript/no-non-null-assertion': { 'src/a.ts': 'export const first = (list: string[]): string => list[0]!;' },
  'typescript/no-floating-promises': {
    'src/a.ts': 'const later = async (): Promise<void> => {};\nexport const now = (): void => {\n  later();\n};',
  },
  'typescript/no-misused-promises': {
    'src/a.ts': 'export const isOpen = async (): Promise<boolean> => true;\nif (isOpen()) console.log(1);',
  },
  'node/no-process-env': {
    'src/identity/a.ts': "export const port = process.env['PORT'];",
    'src/platform/config/allowed.ts': "export const port = process.env['PORT'];",
  },
  'eslint/no-restricted-properties': {
    'src/a.ts': 'export const now = (): number => Date.now();',
    'src/platform/clock/allowed.ts': 'export const now = (): number => Date.now();',
    'client/src/allowed.ts': 'export const now = (): number => Date.now();',
  },
  'eslint/no-restricted-imports': {
    'src/a.ts': "import { forwardRef } from '@nestjs/common';\nexport const cycle = forwardRef(() => String);",
  },
  'eslint/no-unused-vars': { 'src/a.ts': 'const forgotten = 1;\nexport const [_first, second] = [2, 3];' },
  'eslint/max-lines': { 'src/a.ts': many(401, (index) => `export const line${index} = ${index};`) },
  'eslint/max-lines-per-function': {
    'src/a.ts': `export function long(): void {\n${many(40, (index) => `  console.log(${index});`)}\n}`,
    'test/allowed.e2e-spec.ts': `export function long(): void {\n${many(40, (index) => `  console.log(${index});`)}\n}`,
  },
  'eslint/max-params': {
    'src/a.ts': `export class Greedy {\n  constructor(${many(6, (index) => `readonly p${index}: string,`)}) {}\n}`,
  },
  'jest/no-focused-tests': {
    'src/a.spec.ts':
      "import { expect, it } from '@jest/globals';\nit.only('runs alone', () => {\n  expect(1).toBe(1);\n});",
  },
  'jest/no-disabled-tests': {
    'src/a.spec.ts':
      "import { expect, it } from '@jest/globals';\nit.skip('never runs', () => {\n  expect(1).toBe(1);\n});",
  },
};
