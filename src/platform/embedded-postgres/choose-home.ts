import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readPidFile } from './pid-file.js';
import { isPidAlive, markName, removeDeadMarks } from './process-marks.js';
import { findSystemUser, isRoot, nameOfUser, type SystemUser, userCan } from './system-user.js';

/** Where the cluster and its companions (password, log, locks) are, and who runs it (nobody else: ourselves). */
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
 * `<dataDir>/postgres`, or as root `<reachableDir>/data-<hash of that path>` when the user that will run PostgreSQL
 * can't get there. Once a cluster is in the second place it stays there, whatever becomes of the permissions: a
 * start must never silently begin a new, empty database.
 */
export function chooseHome(request: HomeRequest): Home {
  const wanted = join(resolve(request.dataDir), 'postgres');
  if (!isRoot()) return { path: makeHome(wanted), user: undefined };

  const moved = join(request.reachableDir, `data-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
  const user = ownerOfCluster(moved) ?? ownerOfCluster(wanted) ?? findSystemUser(request.runAsUser);
  if (!hasCluster(moved) && userCan(user, 'x', makeHome(wanted))) return { path: wanted, user };

  openReachableDir(request.reachableDir, user);
  if (!hasCluster(moved) && hasCluster(wanted)) copyCluster(wanted, request.reachableDir, moved);
  request.log(`The database is kept in ${moved}, because user ${user.name}, who runs it, can't reach ${wanted}.`);
  return { path: makeHome(moved), user };
}

export function clusterDir(home: string): string {
  return join(home, 'data');
}

export function hasCluster(home: string): boolean {
  return existsSync(clusterDir(home));
}

/** PostgreSQL runs only as the owner of its files, so for an existing cluster there is no choice. */
function ownerOfCluster(home: string): SystemUser | undefined {
  if (!hasCluster(home)) return undefined;
  const { uid, gid } = statSync(clusterDir(home));
  return { name: nameOfUser(uid), uid, gid };
}

/** Stays ours: a user that owned it could lead our own writes, as root, elsewhere with a symlink. */
function makeHome(path: string): string {
  try {
    // Open whatever the umask is: it holds no secret that is not closed itself.
    if (mkdirSync(path, { recursive: true })) chmodSync(path, 0o755);
  } catch (error) {
    throw new Error(
      `The data directory ${path} can't be created (${(error as Error).message}): set DATA_DIR to a writable place.`,
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
    throw new Error(`User ${user.name}, who runs PostgreSQL, can't reach ${path}: open it to that user (chmod o+x).`);
  }
}

function copyCluster(from: string, reachableDir: string, to: string): void {
  const postmaster = readPidFile(clusterDir(from))?.pid;
  if (postmaster && isPidAlive(postmaster)) {
    throw new Error(
      `The database in ${from} must move to ${to}, but process ${postmaster} may still be running on it: end that process.`,
    );
  }
  removeDeadMarks(reachableDir, 'data-copy');
  const draft = join(reachableDir, markName('data-copy'));
  // cp, because Node's own copy gives every file to us, and PostgreSQL runs only on files of its user.
  const copied = spawnSync('cp', ['-a', from, draft], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`The database in ${from} can't be copied to ${to}: ${copied.stderr}`);
  try {
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!hasCluster(to)) throw error;
  }
}
