import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A file or directory whose name says which process made it: `<kind>.<pid>-<start time>.<random>`. */
export interface ProcessMark {
  readonly path: string;
  readonly pid: number;
  readonly alive: boolean;
}

/** Never the same twice, also within one process. */
export function markName(kind: string): string {
  return `${kind}.${ownIdentity()}.${randomBytes(4).toString('hex')}`;
}

export function listMarks(directory: string, kind: string): ProcessMark[] {
  return readdirSync(directory).flatMap((name) => {
    const [prefix, identity = ''] = name.split('.');
    if (prefix !== kind) return [];
    return [{ path: join(directory, name), pid: pidOf(identity), alive: isRunning(identity) }];
  });
}

/** Removes what killed processes left behind. What can't be removed yet is left to the next start. */
export function removeDeadMarks(directory: string, kind: string): void {
  for (const mark of listMarks(directory, kind)) {
    if (mark.alive) continue;
    try {
      rmSync(mark.path, { recursive: true, force: true });
    } catch {
      // An initdb that outlived its killed parent may still be writing here.
    }
  }
}

export function ownIdentity(): string {
  return identityOf(process.pid);
}

/** What `isRunning` tells apart from a later process with the same pid. */
export function identityOf(pid: number): string {
  return `${pid}-${startTime(pid) ?? 'unknown'}`;
}

/** False for the empty string, for a dead process, and for another process that was given the same pid later. */
export function isRunning(identity: string): boolean {
  const pid = pidOf(identity);
  if (!pid) return false;
  if (process.platform === 'linux') return identity === `${pid}-${startTime(pid)}`;
  return isPidAlive(pid);
}

export function pidOf(identity: string): number {
  return Number.parseInt(identity, 10) || 0;
}

/**
 * Clock ticks between boot and the start of that process; undefined when it is gone or a zombie. A pid alone is no
 * identity: containers hand out the same few pids at every start.
 */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name may hold spaces and brackets, so count the fields from its last bracket (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Whatever process it is, also one of another user. */
export function isPidAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
