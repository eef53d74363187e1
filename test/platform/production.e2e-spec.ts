import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const START_MS = 90_000;
jest.setTimeout(180_000);
const cleanups: Array<() => Promise<unknown> | void> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const SECRETS = { JWT_SECRET: randomBytes(32).toString('hex'), SECRETS_KEY: randomBytes(32).toString('base64') };

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  lines(): string[];
}

function run(settings: Record<string, string>, cwd: string): Started {
  const env = { PATH: process.env['PATH'], HOST: '127.0.0.1', ...settings };
  const child = spawn(process.execPath, [MAIN], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  cleanups.push(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return { child, ended, lines: () => output.split('\n').filter((line) => line !== '') };
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tidings-production-'));
  // When run as root, another user runs the embedded PostgreSQL and needs access.
  chmodSync(directory, 0o755);
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly failures?: number;
  readonly problems?: string[];
}

/** @throws SyntaxError when a line is not JSON */
const parsed = ({ lines }: Started): Line[] => lines().map((line) => JSON.parse(line) as Line);

const ready = (port: number, { child, lines }: Started) =>
  eventually(
    'the server is ready',
    async () => {
      if (child.exitCode !== null) throw new Error(`The server exited: ${lines().join('\n')}`);
      return (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined))?.ok;
    },
    START_MS,
  );

describe('production', () => {
  it('ends with one clear line when its port is in use, before it touches the database', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    cleanups.push(() => void other.close());
    const port = String((other.address() as AddressInfo).port);
    const unused = 'postgres://127.0.0.1:9/none';
    const started = run({ PORT: port, DATABASE_URL: unused, DATA_DIR: makeDirectory() }, makeDirectory());
    expect(await started.ended).toBe(1);
    expect(started.lines()).toEqual([
      `The port ${port} is in use. End the program that listens on it, or choose another port with the setting PORT.`,
    ]);
  });

  it('warns of variables whose names are nearly those of settings, without their values', async () => {
    const wrong = { NODE_ENV: 'production', JWT_SECERT: 'a canary', PORTT: '1', HOME: '/', PGPORT: '1' };
    const started = run(wrong, makeDirectory());
    expect(await started.ended).toBe(1);
    const warnings = parsed(started).filter(({ level }) => level === 'warn');
    expect(warnings.map(({ msg }) => msg)).toEqual([
      'JWT_SECERT is not a setting and is ignored. Is JWT_SECRET meant?',
      'PORTT is not a setting and is ignored. Is PORT meant?',
    ]);
    expect(started.lines().join('')).not.toContain('canary');
  });

  it('refuses to start and names each missing setting in one line of JSON', async () => {
    const refused = run({ NODE_ENV: 'production', PORT: 'nowhere' }, makeDirectory());
    expect(await refused.ended).toBe(1);
    const [line, ...others] = parsed(refused);
    expect(others).toEqual([]);
    const names = line?.problems?.map((problem) => problem.split(':')[0]).toSorted();
    expect(line?.problems).toContain('JWT_SECRET: required in production');
    expect(names).toEqual(['DATABASE_URL', 'JWT_SECRET', 'PORT', 'PUBLIC_URL', 'SECRETS_KEY']);
  });

  it('reads settings from .env, logs only JSON, creates no demo, and logs how to create an administrator', async () => {
    const directory = makeDirectory();
    const port = await freePort();
    const settings = {
      NODE_ENV: 'production',
      EMBEDDED_DATABASE: 'true',
      PUBLIC_URL: 'https://tidings.example',
      ...SECRETS,
    };
    const file = Object.entries({ ...settings, PORT: '1', DATA_DIR: join(directory, 'data') });
    writeFileSync(join(directory, '.env'), file.map(([name, value]) => `${name}=${value}\n`).join(''));
    const started = run({ PORT: String(port) }, directory);
    await ready(port, started);
    const messages = parsed(started).map(({ msg }) => msg);
    expect(messages).toEqual(
      expect.arrayContaining([
        'Settings come from the environment, then from .env.',
        'there is no administrator: set ADMIN_EMAIL and ADMIN_PASSWORD and restart to create one',
        'Tidings is running: https://tidings.example',
      ]),
    );
    expect(started.lines().join('')).not.toMatch(/webhooks\/|Demo/);
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(() => parsed(started)).not.toThrow();
  });
});

/** A proxy for the database that can be closed and opened again. */
class DatabaseProxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  port = 0;

  constructor(private readonly target: URL) {}

  async open(): Promise<void> {
    this.server = createServer((near) => {
      const far = connect(Number(this.target.port), this.target.hostname);
      for (const socket of [near, far]) {
        this.sockets.add(socket.on('error', () => undefined));
        socket.on('close', () => [near, far].forEach((each) => each.destroy()));
      }
      near.pipe(far).pipe(near);
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }
}

describe('a database outage of 8 s', () => {
  it('is logged once when it begins and once when it ends, without stack traces', async () => {
    const database = await createTestDatabase();
    cleanups.push(() => database.drop());
    const proxy = new DatabaseProxy(new URL(database.url));
    await proxy.open();
    cleanups.push(() => proxy.close());
    const url = new URL(database.url);
    url.port = String(proxy.port);
    const port = await freePort();
    const settings = { NODE_ENV: 'test', PORT: String(port), DATABASE_URL: url.href, DATA_DIR: makeDirectory() };
    const started = run(
      { ...settings, ADMIN_EMAIL: 'me@example.com', ADMIN_PASSWORD: 'long enough for this' },
      tmpdir(),
    );
    await ready(port, started);
    const before = started.lines().length;
    proxy.close();
    const end = performance.now() + 8_000;
    await eventually(
      '8 s of failing calls have passed',
      async () => {
        await fetch(`http://127.0.0.1:${port}/webhooks/any`, { method: 'POST', body: 'x' });
        return performance.now() > end;
      },
      60_000,
    );
    await proxy.open();
    await ready(port, started);
    const since = () => started.lines().slice(before);
    await eventually(
      'the end is said',
      () => since().some((line) => line.includes('the database is unavailable: resolved')),
      60_000,
    );
    const lines = since().filter((line) => line.startsWith('{') && !line.includes('"msg":"request"'));
    const told = lines.filter((line) => line.includes('the database is unavailable'));
    expect(told).toHaveLength(2);
    expect(lines.join('\n').length).toBeLessThan(4_000);
    expect(lines.filter((line) => line.includes('    at '))).toEqual([]);
  });
});
