import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { loadConfig } from './config.js';

/** Beside the settings of the service: what its containers of PostgreSQL and Redis are given. */
const PASSWORDS = { POSTGRES_PASSWORD: 'postgres-password', REDIS_PASSWORD: 'redis-password' } as const;

const SECRETS = {
  POSTGRES_PASSWORD: () => randomBytes(24).toString('hex'),
  REDIS_PASSWORD: () => randomBytes(24).toString('hex'),
  JWT_SECRET: () => randomBytes(32).toString('hex'),
  SECRETS_KEY: () => randomBytes(32).toString('base64'),
} as const;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Completes the settings of docker-compose.yml: what is set stays, what was made before is kept, and secrets that are
 * missing are made at random. Writes `settings.env`, which ENV_FILE names, and the passwords of PostgreSQL and Redis
 * into `directory`.
 * @throws ConfigError naming every wrong setting; nothing is written then
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

/** Whole or not at all. */
function write(path: string, content: string | readonly (readonly [string, string])[]): void {
  const text = typeof content === 'string' ? content : content.map(([name, value]) => `${name}=${value}\n`).join('');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.draft`, text, { mode: 0o600 });
  renameSync(`${path}.draft`, path);
}
