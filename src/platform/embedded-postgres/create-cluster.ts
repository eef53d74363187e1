import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { clusterDir, hasCluster, type Home } from './choose-home.js';
import { markName, removeDeadMarks } from './process-marks.js';
import { runAs } from './system-user.js';

const DRAFT = 'data-draft';

/** Runs initdb unless the cluster exists. Atomic: the directory gets its final name only when complete. */
export async function createClusterIfMissing(home: Home, binaries: Binaries, durable: boolean): Promise<void> {
  removeDeadMarks(home.path, DRAFT);
  if (hasCluster(home.path)) return;
  const passwordFile = createPassword(home);
  const draft = join(home.path, markName(DRAFT));
  mkdirSync(draft, { mode: 0o700 });
  give(home, draft);
  try {
    await runAs(home.user, binaries.initdb, initdbArguments(draft, passwordFile, durable));
    renameSync(draft, clusterDir(home.path));
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    const reason = (error as Error).message;
    throw new Error(`PostgreSQL could not create a database in ${home.path}: ${reason}`, { cause: error });
  }
}

export function readPassword(home: string): string {
  try {
    return readFileSync(passwordPath(home), 'utf8');
  } catch (error) {
    throw new Error(
      `The password of the database in ${home} cannot be read (${(error as Error).message}): run as the user that created it, or restore the file.`,
      { cause: error },
    );
  }
}

function initdbArguments(directory: string, passwordFile: string, durable: boolean): string[] {
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // The built-in provider sorts the same on every machine; a system locale may be missing or change.
  const text = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const speed = durable ? [] : ['--no-sync'];
  return [`--pgdata=${directory}`, ...access, ...text, ...speed, '--no-instructions'];
}

/** A new password for each attempt: a killed attempt may have left an empty file. */
function createPassword(home: Home): string {
  const path = passwordPath(home.path);
  rmSync(path, { force: true });
  writeFileSync(path, randomBytes(24).toString('hex'), { flag: 'wx', mode: 0o600, flush: true });
  give(home, path);
  return path;
}

function passwordPath(home: string): string {
  return join(home, 'password');
}

function give(home: Home, path: string): void {
  if (home.user && existsSync(path)) chownSync(path, home.user.uid, home.user.gid);
}
