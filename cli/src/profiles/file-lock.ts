import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makePrivateDirectory } from './private-file.js';

const POLL_MS = 50;

/**
 * Locks a path for this process. The lock of a process that has died is taken over.
 * @returns a function that releases the lock; the id of the process that holds it, if another one does
 */
export function lockFile(path: string): (() => void) | number {
  makePrivateDirectory(dirname(path));
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(path);
      if (holder !== undefined && isAlive(holder)) return holder;
      rmSync(path, { force: true });
    }
  }
}

/** Waits for the lock. */
export async function withLock<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
  let release = lockFile(path);
  while (typeof release === 'number') {
    await delay(POLL_MS);
    release = lockFile(path);
  }
  try {
    return await run();
  } finally {
    release();
  }
}

function holderOf(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
