import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listMarks, markName, type ProcessMark, removeDeadMarks } from './process-marks.js';

const KIND = 'in-use-by';

/**
 * The last live process that uses the server stops it, whether it started or adopted it. Each process leaves a mark
 * beside the cluster, and marks of killed processes do not count. Marks are written and counted only under the cluster
 * lock.
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
