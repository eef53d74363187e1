import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** The account that runs PostgreSQL when this process is root. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const FALLBACK_USERS = ['postgres', 'nobody'];

// A minimal environment: PGDATA and similar variables would take effect, the server would inherit secrets, and error
// messages must be English. Windows programs need their environment.
const ENVIRONMENT = process.platform === 'win32' ? undefined : { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The named user, or the first of `postgres` and `nobody` that exists. Throws if there is none. */
export function findSystemUser(wanted: string | undefined): SystemUser {
  for (const name of wanted ? [wanted] : FALLBACK_USERS) {
    const uid = askId('-u', name);
    const gid = askId('-g', name);
    if (uid && gid !== undefined) return { name, uid, gid };
  }
  throw new Error(
    wanted
      ? `PostgreSQL does not run as root and "${wanted}" is not an unprivileged user of this machine: use an existing one.`
      : `PostgreSQL does not run as root and this machine has no user ${FALLBACK_USERS.join(' or ')}: create one, or set DATABASE_URL to use another server.`,
  );
}

function askId(flag: '-u' | '-g', name: string): number | undefined {
  const answer = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return answer.status === 0 ? Number(answer.stdout) : undefined;
}

export function nameOfUser(uid: number): string {
  const answer = spawnSync('id', ['-un', String(uid)], { encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : `#${uid}`;
}

/**
 * Asks the kernel as that user, so that parent directories, ACLs and noexec mounts are taken into account. `x` on a
 * directory means permission to traverse it.
 */
export function userCan(user: SystemUser, access: 'r' | 'x', path: string): boolean {
  const { uid, gid } = user;
  return spawnSync('/bin/sh', ['-c', `test -${access} "$1"`, 'sh', path], { uid, gid, cwd: '/' }).status === 0;
}

/** Runs a program as that user (the current user by default) and waits. Rejects with its stderr output. */
export async function runAs(user: SystemUser | undefined, program: string, args: string[]): Promise<void> {
  const ids = user ? { uid: user.uid, gid: user.gid } : {};
  try {
    // The current directory may be inaccessible to that user.
    await promisify(execFile)(program, args, { ...ids, cwd: '/', env: ENVIRONMENT, windowsHide: true });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(stderr?.trim() || message, { cause: error });
  }
}
