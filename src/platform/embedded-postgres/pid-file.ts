import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isPidAlive } from './process-marks.js';

export interface PidFile {
  readonly pid: number;
  /** 0 until the server listens. */
  readonly port: number;
}

/** Reads `postmaster.pid`: line 1 is the process id, line 4 the port. */
export function readPidFile(data: string): PidFile | undefined {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  return { pid: Number(lines[0]) || 0, port: Number(lines[3]) || 0 };
}

/**
 * Removes a `postmaster.pid` whose pid now belongs to another program, since PostgreSQL would not start. This is common
 * in containers, which reuse pids. In doubt the file stays. If workers of a killed server are still alive, their shared
 * memory, identified by the directory, prevents a second server.
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
