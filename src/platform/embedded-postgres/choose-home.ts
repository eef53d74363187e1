import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readPidFile } from './pid-file.js';
import { isPidAlive, markName, removeDeadMarks } from './process-marks.js';
import { findSystemUser, isRoot, nameOfUser, type SystemUser, userCan } from './system-user.js';

/** The directory of the cluster and its files (password, log, locks), and its user; undefined is the current user. */
export interface Home {
  readonly path: string;
  readonly user: SystemUser | undefined;
}

export interface HomeRequest {
  readonly dataDir: string;
  readonly runAsUser: string | undefined;
  readonly reachableDir: string;
  readonly log: (line: string) => void;
}

/**
 * `<dataDir>/postgres`, or as root `<reachableDir>/data-<hash of that path>` if the PostgreSQL user cannot access it. A
 * cluster in the second place stays there even if permissions change, because a start must never silently create a new,
 * empty database.
 */
export function chooseHome(request: HomeRequest): Home {
  const wanted = join(resolve(request.dataDir), 'postgres');
  if (!isRoot()) return { path: makeHome(wanted), user: undefined };

  const moved = join(request.reachableDir, `data-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
  const user = ownerOfCluster(moved) ?? ownerOfCluster(wanted) ?? findSystemUser(request.runAsUser);
  if (!hasCluster(moved) && userCan(user, 'x', makeHome(wanted))) return { path: wanted, user };

  openReachableDir(request.reachableDir, user);
  if (!hasCluster(moved) && hasCluster(wanted)) copyCluster(wanted, request.reachableDir, moved);
  request.log(`The database is kept in ${moved}, because user ${user.name}, which runs it, cannot access ${wanted}.`);
  return { path: makeHome(moved), user };
}

export function clusterDir(home: string): string {
  return join(home, 'data');
}

export function hasCluster(home: string): boolean {
  return existsSync(clusterDir(home));
}

/** PostgreSQL runs only as the owner of its files, so an existing cluster determines the user. */
function ownerOfCluster(home: string): SystemUser | undefined {
  if (!hasCluster(home)) return undefined;
  const { uid, gid } = statSync(clusterDir(home));
  return { name: nameOfUser(uid), uid, gid };
}

/** Owned by the current user: another owner could redirect writes of root with a symlink. */
function makeHome(path: string): string {
  try {
    // Readable whatever the umask is: its secret files have restrictive modes of their own.
    if (mkdirSync(path, { recursive: true })) chmodSync(path, 0o755);
  } catch (error) {
    throw new Error(
      `The data directory ${path} cannot be created (${(error as Error).message}): set DATA_DIR to a writable directory.`,
      { cause: error },
    );
  }
  return path;
}

function openReachableDir(path: string, user: SystemUser): void {
  if (!existsSync(path)) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o755);
  }
  if (!userCan(user, 'x', path)) {
    throw new Error(`User ${user.name}, which runs PostgreSQL, cannot access ${path}: grant access (chmod o+x).`);
  }
}

function copyCluster(from: string, reachableDir: string, to: string): void {
  const postmaster = readPidFile(clusterDir(from))?.pid;
  if (postmaster && isPidAlive(postmaster)) {
    throw new Error(
      `The database in ${from} must move to ${to}, but process ${postmaster} may still be using it: stop that process.`,
    );
  }
  removeDeadMarks(reachableDir, 'data-copy');
  const draft = join(reachableDir, markName('data-copy'));
  // cp -a keeps the owner; Node's copy would give every file to root, and PostgreSQL requires files of its own user.
  const copied = spawnSync('cp', ['-a', from, draft], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`The database in ${from} cannot be copied to ${to}: ${copied.stderr}`);
  try {
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!hasCluster(to)) throw error;
  }
}
