import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const secretsFile = z.object({ jwtSecret: z.string().min(32), secretsKey: z.base64() });

type GeneratedSecrets = z.infer<typeof secretsFile>;

/**
 * Secrets for a start without any, generated once and kept in `<dataDir>/secrets.json` (mode 0600), so that tokens and
 * encrypted webhook secrets survive a restart. Not used in production.
 * @throws Error when the file can't be read or written
 */
export function loadGeneratedSecrets(dataDir: string): GeneratedSecrets {
  const path = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true });
  return read(path) ?? create(path);
}

function read(path: string): GeneratedSecrets | undefined {
  try {
    return secretsFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read; move it away to generate new secrets.`, { cause: error });
  }
}

function create(path: string): GeneratedSecrets {
  const secrets = { jwtSecret: randomBytes(32).toString('base64url'), secretsKey: randomBytes(32).toString('base64') };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(secrets), { mode: 0o600 });
  try {
    // link() fails if the file exists, so two processes that start at once both use the secrets of the first one.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read(path) ?? secrets;
}
