import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakingStatements } from '../../../../test/support/breaking-statements.js';

/** The newest migration from before the compatibility rule. */
const BASELINE = 1_763_700_002_010;

const migrationOf = (up: string): string => `
export class Something1 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    ${up}
  }
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE things');
  }
}`;
const running = (sql: string): string => migrationOf(`await queryRunner.query(\`${sql}\`);`);

describe('migrations', () => {
  const files = readdirSync(import.meta.dirname)
    .filter((name) => /^\d+-.*\.ts$/.test(name) && Number.parseInt(name, 10) > BASELINE)
    .map((name) => [name, readFileSync(join(import.meta.dirname, name), 'utf8')] as const);

  it.each(files)('stays compatible with the previous release: %s', (_name, source) => {
    expect(breakingStatements(source)).toEqual([]);
  });
});

describe('breakingStatements', () => {
  it.each([
    'DROP TABLE things',
    'ALTER TABLE things DROP COLUMN name',
    'ALTER TABLE things DROP name',
    'ALTER TABLE things ADD COLUMN a text, DROP CONSTRAINT things_key',
    'DROP INDEX things_by_name',
    'ALTER TABLE things RENAME COLUMN a TO b',
    'ALTER TABLE things RENAME TO others',
    'ALTER TABLE things ALTER COLUMN name SET NOT NULL',
    'ALTER TABLE things ALTER name TYPE integer',
    'ALTER TABLE things ADD COLUMN name text NOT NULL',
    "ALTER TABLE things ADD COLUMN a text NOT NULL DEFAULT '', ADD COLUMN b text NOT NULL",
  ])('finds %s', (sql) => {
    expect(breakingStatements(running(sql))).toHaveLength(1);
  });

  it.each([
    'CREATE TABLE things (id uuid PRIMARY KEY, name text NOT NULL)',
    'ALTER TABLE things ADD COLUMN name text',
    "ALTER TABLE things ADD COLUMN name text NOT NULL DEFAULT ''",
    'ALTER TABLE things ADD COLUMN number integer DEFAULT 0 NOT NULL',
    'ALTER TABLE things ALTER COLUMN name DROP NOT NULL',
    'CREATE INDEX things_by_name ON things (name)',
  ])('accepts %s', (sql) => {
    expect(breakingStatements(running(sql))).toEqual([]);
  });

  it('accepts a second step that names the first and gives a reason', () => {
    const sql = "await queryRunner.query('ALTER TABLE things DROP COLUMN name');";
    expect(breakingStatements(migrationOf(sql))).toHaveLength(1);
    expect(breakingStatements(migrationOf(`// second step of AddTitle1: 0.4 reads title\n${sql}`))).toEqual([]);
    expect(breakingStatements(migrationOf(`// second step of AddTitle1:\n${sql}`))).toHaveLength(1);
  });
});
