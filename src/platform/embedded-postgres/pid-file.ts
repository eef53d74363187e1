import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isPidAlive } from './process-marks.js';

export interface PidFile {
  readonly pid: number;
  /** 0 until the server listens. */
  readonly port: number;
}

/** What PostgreSQL says of itself in `postmaster.pid`: line 1 is its process, line 4 its port. */
export function readPidFile(data: string): PidFile | undefined {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  return { pid: Number(lines[0]) || 0, port: Number(lines[3]) || 0 };
}

/**
 * Removes a `postmaster.pid` whose pid now belongs to another program, which PostgreSQL itself refuses to start over:
 * usual in containers, where the pids of the last run come back. It stays when there is any doubt. Should workers of
 * a killed server still be alive, their shared memory, found by the directory, keeps the new server from starting.
 */
export function removeForeignPidFile(data: string): void {
  const file = readPidFile(data);
  if (process.platform !== 'linux' || !file || !isPidAlive(file.pid)) return;
  if (!worksIn(file.pid, data)) rmSync(join(data, 'postmaster.pid'), { force: true });
}

/** A server's working directory is its data directory. A zombie has none. */
function worksIn(pid: number, data: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
