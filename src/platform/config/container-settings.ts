import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { loadConfig } from './config.js';

/** Settings of the PostgreSQL and Redis containers, in addition to those of the service. */
const PASSWORDS = { POSTGRES_PASSWORD: 'postgres-password', REDIS_PASSWORD: 'redis-password' } as const;

const SECRETS = {
  POSTGRES_PASSWORD: () => randomBytes(24).toString('hex'),
  REDIS_PASSWORD: () => randomBytes(24).toString('hex'),
  JWT_SECRET: () => randomBytes(32).toString('hex'),
  SECRETS_KEY: () => randomBytes(32).toString('base64'),
} as const;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Completes the settings of docker-compose.yml: given values are kept, earlier generated values are reused, and missing
 * secrets are generated. Writes `settings.env`, the file for ENV_FILE, and the passwords of PostgreSQL and Redis into
 * `directory`.
 * @throws ConfigError that lists every invalid setting, before any file is written
 */
export function prepareContainers(variables: Variables, directory: string): void {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const path = join(directory, 'settings.env');
  const kept = parseEnv(read(path));
  const secret = (name: keyof typeof SECRETS): string => set[name] ?? kept[name] ?? SECRETS[name]();
  const [postgres, redis] = [secret('POSTGRES_PASSWORD'), secret('REDIS_PASSWORD')];
  const made: Record<string, string> = {
    DATABASE_URL: `postgres://tidings:${encodeURIComponent(postgres)}@postgres:5432/tidings`,
    REDIS_URL: `redis://:${encodeURIComponent(redis)}@redis:6379`,
    JWT_SECRET: secret('JWT_SECRET'),
    SECRETS_KEY: secret('SECRETS_KEY'),
  };
  loadConfig({ ...made, ...set });
  const secrets = { POSTGRES_PASSWORD: postgres, REDIS_PASSWORD: redis, ...made };
  write(
    path,
    Object.entries(secrets).filter(([name]) => !(name in set)),
  );
  write(join(directory, PASSWORDS.POSTGRES_PASSWORD), postgres);
  write(join(directory, PASSWORDS.REDIS_PASSWORD), redis);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Atomic: a reader never sees a partial file. */
function write(path: string, content: string | readonly (readonly [string, string])[]): void {
  const text = typeof content === 'string' ? content : content.map(([name, value]) => `${name}=${value}\n`).join('');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.draft`, text, { mode: 0o600 });
  renameSync(`${path}.draft`, path);
}
