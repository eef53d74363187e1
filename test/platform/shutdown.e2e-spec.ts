import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ADMIN, freePort } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
// A process starts slowly while other tests run.
jest.setTimeout(60_000);
const START_MS = 30_000;
const cleanups: Array<() => Promise<void> | void> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  readonly databaseUrl: string;
  output(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

async function startServer(settings: Record<string, string> = {}): Promise<Server> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-shutdown-'));
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  cleanups.push(
    () => database.drop(),
    () => rmSync(dataDir, { recursive: true, force: true }),
    async () => {
      child.kill('SIGKILL');
      await ended;
    },
  );
  return { child, port, databaseUrl: database.url, output: () => output, ended };
}

const listening = ({ port, child, output }: Server) =>
  eventually(
    'the server listens',
    async () => {
      if (child.exitCode !== null) throw new Error(`The server exited: ${output()}`);
      return (await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined))?.ok;
    },
    START_MS,
  );

/** Starts a request and sends its head and half of its body. */
async function beginLogIn({
  port,
}: Server): Promise<{ request: ClientRequest; answer: Promise<IncomingMessage>; rest: string }> {
  const body = JSON.stringify({ email: ADMIN.email, password: ADMIN.password });
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/v1/auth/login',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), expect: '100-continue' },
  });
  const answer = once(request, 'response').then(([response]) => response as IncomingMessage);
  answer.catch(() => undefined);
  request.flushHeaders();
  await once(request, 'continue');
  request.write(body.slice(0, 10));
  return { request, answer, rest: body.slice(10) };
}

describe('SIGTERM', () => {
  it('finishes pending requests, accepts no new connection, and exits with code 0', async () => {
    const server = await startServer();
    await listening(server);
    const { request, answer, rest } = await beginLogIn(server);
    server.child.kill('SIGTERM');
    await eventually('new connections are refused', () =>
      fetch(`http://127.0.0.1:${server.port}/health/live`).then(
        () => false,
        () => true,
      ),
    );
    request.end(rest);
    const response = await answer;
    expect(response.statusCode).toBe(200);
    expect(response.headers.connection).toBe('close');
    response.resume();
    expect(await server.ended).toBe(0);
  });

  it('reports not ready for DRAIN_LEAD_MS first, while new connections are still served', async () => {
    const server = await startServer({ DRAIN_LEAD_MS: '3000' });
    await listening(server);
    const ask = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`).then(({ status }) => status);
    expect(await ask('/health/ready')).toBe(200);
    const begin = performance.now();
    server.child.kill('SIGTERM');
    await eventually('the server is not ready', () => ask('/health/ready').then((status) => status === 503));
    expect(await ask('/health/live')).toBe(200);
    expect(await ask('/v1/me')).toBe(401);
    expect(await server.ended).toBe(0);
    expect(performance.now() - begin).toBeGreaterThan(2_900);
  });

  it('leaves no node in the fence, no database connection and no error in the log', async () => {
    const server = await startServer();
    await listening(server);
    const database = new pg.Client({ connectionString: server.databaseUrl });
    await database.connect();
    cleanups.push(() => database.end());
    const nodes = async () => (await database.query('SELECT id FROM fence_nodes')).rowCount;
    const others = async () =>
      (
        await database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        )
      ).rowCount;
    expect([await nodes(), ((await others()) ?? 0) > 0]).toEqual([1, true]);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(await nodes()).toBe(0);
    await eventually('the connections are closed', async () => (await others()) === 0);
    expect(server.output()).not.toContain('"level":"error"');
  });

  it('exits within 10 s while one request has an incomplete body and another an incomplete head', async () => {
    const server = await startServer();
    await listening(server);
    const { request } = await beginLogIn(server);
    request.on('error', () => undefined);
    const silent = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    silent.write('GET / HTTP/1.1\r\nHost:');
    const begin = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  it('does not wait for a connection without a request', async () => {
    const server = await startServer();
    await listening(server);
    const silent = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    const begin = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    // Pending requests would be cut only after 5.7 s.
    expect(performance.now() - begin).toBeLessThan(4_500);
  });

  it('is not hastened by a second SIGINT, which npm forwards after the one of the terminal', async () => {
    const server = await startServer();
    await listening(server);
    const { request, answer, rest } = await beginLogIn(server);
    server.child.kill('SIGINT');
    await eventually('it has begun to close', () =>
      server.output().includes('finishing requests and jobs in progress'),
    );
    server.child.kill('SIGINT');
    request.end(rest);
    expect((await answer).statusCode).toBe(200);
    expect(await server.ended).toBe(0);
  });
});

describe('the start in production', () => {
  it('fails and names each setting with which PostgreSQL could lose committed data', async () => {
    // The test server runs with all three off.
    const server = await startServer({
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://tidings.example',
      JWT_SECRET: 'a secret of the tests, long enough',
      SECRETS_KEY: randomBytes(32).toString('base64'),
    });
    expect(await server.ended).toBe(1);
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      expect(server.output()).toContain(`PostgreSQL runs with ${name} = off`);
    }
    expect(server.output()).not.toContain('    at ');
  });
});
