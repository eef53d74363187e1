import {
  closeSync,
  fchownSync,
  ftruncateSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, markName, ownIdentity, pidOf, removeDeadMarks } from './process-marks.js';
import { isRoot } from './system-user.js';

const POLL_MS = 20;
const MAX_WAIT_MS = 120_000;
const DRAFT = 'lock-draft';

/**
 * Runs `task` while no other process or caller starts or stops the cluster in `home`. The lock of a killed holder is
 * taken over at once; rejects when a live holder keeps it for two minutes.
 *
 * Deleting a dead holder's lock file would race with other waiters. Instead each holder is a generation, a file
 * `lock.<n>`; only one waiter can create n + 1, and the newest generation is never deleted, only emptied.
 */
export async function withClusterLock<T>(home: string, task: () => Promise<T>): Promise<T> {
  const release = await acquire(home);
  try {
    return await task();
  } finally {
    release();
  }
}

async function acquire(home: string): Promise<() => void> {
  const deadline = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const newest = newestGeneration(home);
    const holder = holderOf(home, newest);
    if (holder !== undefined && !isRunning(holder)) {
      const release = claim(home, newest + 1);
      if (release) return release;
    }
    if (performance.now() > deadline) throw heldTooLong(home, newest, holder ?? '');
    await sleep(POLL_MS);
  }
}

/** Undefined when another process was faster. */
function claim(home: string, generation: number): (() => void) | undefined {
  const draft = join(home, markName(DRAFT));
  const lock = lockFile(home, generation);
  const fd = openSync(draft, 'wx', 0o600);
  try {
    if (isRoot()) giveToOwnerOf(home, fd);
    writeSync(fd, ownIdentity());
    // link() publishes the file with its content, so that no process reads a partially written holder.
    linkSync(draft, lock);
  } catch (error) {
    closeSync(fd);
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  if (newestGeneration(home) !== generation) {
    // The generation that was taken over is out of date: it was already replaced and removed.
    rmSync(lock, { force: true });
    closeSync(fd);
    return undefined;
  }
  tidy(home, generation);
  return () => {
    ftruncateSync(fd);
    closeSync(fd);
  };
}

function tidy(home: string, current: number): void {
  for (const generation of generations(home)) {
    if (generation < current) rmSync(lockFile(home, generation), { force: true });
  }
  removeDeadMarks(home, DRAFT);
}

function generations(home: string): number[] {
  return readdirSync(home).flatMap((name) => (/^lock\.\d+$/.test(name) ? [Number(name.slice('lock.'.length))] : []));
}

function newestGeneration(home: string): number {
  return Math.max(0, ...generations(home));
}

/** Empty when the lock is free; undefined when the file is gone, so a newer generation exists. */
function holderOf(home: string, generation: number): string | undefined {
  if (generation === 0) return '';
  try {
    return readFileSync(lockFile(home, generation), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function lockFile(home: string, generation: number): string {
  return join(home, `lock.${generation}`);
}

/** Lets a later start as that owner, instead of root, read the file. */
function giveToOwnerOf(home: string, fd: number): void {
  const { uid, gid } = statSync(home);
  fchownSync(fd, uid, gid);
}

function heldTooLong(home: string, generation: number, holder: string): Error {
  return new Error(
    `Process ${pidOf(holder)} has been starting or stopping the database in ${home} for ${MAX_WAIT_MS / 1000} s: ` +
      `stop that process, or delete ${lockFile(home, generation)} if it is not a Tidings process.`,
  );
}
