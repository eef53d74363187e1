import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './config.js';
import { prepareContainers } from './container-settings.js';
import { readSettings } from './settings-file.js';

const GIVEN = { NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:8080' };
let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidings-containers-'));
  file = join(directory, 'settings.env');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const contentOf = (name: string): string => readFileSync(join(directory, name), 'utf8');
const configOf = (given: Record<string, string>) => loadConfig(readSettings({ ...given, ENV_FILE: file }).variables);

describe('the settings of the containers', () => {
  it('include random secrets, generated once and readable by their owner only', () => {
    prepareContainers(GIVEN, directory);
    const first = contentOf('settings.env');
    const config = configOf(GIVEN);
    expect(config.jwtSecret).toMatch(/^[0-9a-f]{64}$/);
    expect(config.databaseUrl).toBe(`postgres://tidings:${contentOf('postgres-password')}@postgres:5432/tidings`);
    expect(config.redisUrl).toBe(`redis://:${contentOf('redis-password')}@redis:6379`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    prepareContainers(GIVEN, directory);
    expect(contentOf('settings.env')).toBe(first);
  });

  it('use a given password that contains special characters', () => {
    prepareContainers({ ...GIVEN, POSTGRES_PASSWORD: 'a/b@c:d#e', JWT_SECRET: '' }, directory);
    expect(contentOf('postgres-password')).toBe('a/b@c:d#e');
    expect(new URL(configOf(GIVEN).databaseUrl ?? '').password).toBe('a%2Fb%40c%3Ad%23e');
  });

  it('leave out DATABASE_URL when it is given', () => {
    const given = { ...GIVEN, DATABASE_URL: 'postgres://me@db.example.com/mine' };
    prepareContainers(given, directory);
    expect(configOf(given).databaseUrl).toBe(given.DATABASE_URL);
    expect(contentOf('settings.env')).not.toContain('DATABASE_URL');
  });

  it('report all problems at once and write nothing when a setting is invalid', () => {
    const wrong = { ...GIVEN, JWT_SECRET: 'short', PUBLIC_URL: 'nowhere', ADMIN_EMAIL: 'me@example.com' };
    for (const name of ['JWT_SECRET', 'PUBLIC_URL', 'ADMIN_EMAIL, ADMIN_PASSWORD']) {
      expect(() => prepareContainers(wrong, directory)).toThrow(name);
    }
    expect(existsSync(file)).toBe(false);
  });
});
