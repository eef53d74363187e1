import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withClusterLock } from './cluster-lock.js';
import { isRunning, ownIdentity } from './process-marks.js';

describe('the cluster lock', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'cluster-lock-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('runs one task at a time', async () => {
    let inside = 0;
    let max = 0;
    const task = async () => {
      max = Math.max(max, ++inside);
      await setImmediate();
      inside--;
    };
    await Promise.all(Array.from({ length: 10 }, () => withClusterLock(home, task)));
    expect(max).toBe(1);
  });

  it('is released by a task that fails', async () => {
    await expect(withClusterLock(home, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withClusterLock(home, async () => 'in')).resolves.toBe('in');
  });

  it('is taken over from a process that was killed', async () => {
    writeFileSync(join(home, 'lock.7'), identityOfDeadProcess());
    await expect(withClusterLock(home, async () => readdirSync(home))).resolves.toEqual(['lock.8']);
  });

  it('is taken over by only one waiter', async () => {
    writeFileSync(join(home, 'lock.7'), identityOfDeadProcess());
    const seen: string[][] = [];
    const look = async () => void seen.push(readdirSync(home));
    await Promise.all([withClusterLock(home, look), withClusterLock(home, look)]);
    expect(seen).toEqual([['lock.8'], ['lock.9']]);
  });

  it('waits for a live holder', async () => {
    writeFileSync(join(home, 'lock.7'), ownIdentity());
    let entered = false;
    const waiting = withClusterLock(home, async () => void (entered = true));
    await setImmediate();
    expect(entered).toBe(false);
    writeFileSync(join(home, 'lock.7'), '');
    await waiting;
    expect(entered).toBe(true);
  });
});

describe('isRunning', () => {
  it('is true for the current process', () => {
    expect(isRunning(ownIdentity())).toBe(true);
  });

  it('is false for an ended process', () => {
    expect(isRunning(identityOfDeadProcess())).toBe(false);
  });

  if (process.platform === 'linux') {
    it('is false when another process has reused the pid (Linux)', () => {
      expect(isRunning(`${process.pid}-1`)).toBe(false);
    });
  }
});

function identityOfDeadProcess(): string {
  return `${spawnSync(process.execPath, ['--version']).pid}-1`;
}
