import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listMarks, markName, type ProcessMark, removeDeadMarks } from './process-marks.js';

const KIND = 'in-use-by';

/**
 * Who stops the server: the last living process that uses it, whether it started or adopted it. Every process leaves
 * a mark beside the cluster; a process that was killed does not count. So a second process never takes the database
 * from the first, the first never takes it from the second, and the one that adopts after a crash stops it at its
 * end. Marks are made and counted only under the cluster lock.
 */
export function markInUse(home: string): { remove(): void } {
  removeDeadMarks(home, KIND);
  const path = join(home, markName(KIND));
  writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  return { remove: () => rmSync(path, { force: true }) };
}

export function otherUsers(home: string): ProcessMark[] {
  return listMarks(home, KIND).filter((mark) => mark.alive);
}
