import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A file or directory whose name identifies the process that created it: `<kind>.<pid>-<start time>.<random>`. */
export interface ProcessMark {
  readonly path: string;
  readonly pid: number;
  readonly alive: boolean;
}

/** Unique, even within one process. */
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

/** Removes leftovers of killed processes. A leftover that cannot be removed yet stays until the next start. */
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

/** An identity that lets `isRunning` detect a later process with the same pid. */
export function identityOf(pid: number): string {
  return `${pid}-${startTime(pid) ?? 'unknown'}`;
}

/** False for the empty string, an ended process, and another process with the same pid. */
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
 * Clock ticks from boot to the start of that process; undefined for an ended process or a zombie. A pid alone is not
 * unique: containers reuse the same few pids at every start.
 */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name can contain spaces and brackets, so fields are counted from the last bracket (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Also true for processes of other users. */
export function isPidAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
