import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { Api } from './api.js';
import { ADMIN, freePort, UNLIMITED } from './app.js';
import { eventually } from './eventually.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');

/** Bounds the memory for the output of a server that floods its log. */
const MAX_PRINTED = 8_000_000;

/** The built server in a process with a durable embedded database of its own, which a test may kill and restart. */
export class ServerProcess {
  /** @param main the program: that of another release for a test of an upgrade */
  static async make(settings: Record<string, string> = {}, main = MAIN): Promise<ServerProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), 'tidings-server-'));
    // When run as root, another user runs the embedded PostgreSQL and needs access.
    chmodSync(dataDir, 0o755);
    const port = await freePort();
    return new ServerProcess(dataDir, port, settings, main);
  }

  readonly url: string;
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly dataDir: string,
    private readonly port: number,
    private readonly settings: Record<string, string>,
    private readonly main: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** A setting passed to the server in its environment. */
  setting(name: string): string {
    return this.settings[name] ?? '';
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get exitCode(): number | null {
    return this.child?.exitCode ?? null;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** @returns milliseconds until the server was ready */
  async start(): Promise<number> {
    const begin = performance.now();
    const child = spawn(process.execPath, ['--enable-source-maps', this.main], {
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: String(this.port),
        PUBLIC_URL: this.url,
        DATA_DIR: this.dataDir,
        LOG_LEVEL: 'warn',
        ADMIN_EMAIL: ADMIN.email,
        ADMIN_PASSWORD: ADMIN.password,
        ...UNLIMITED,
        ...(process.env['REDIS_URL'] === undefined ? {} : { REDIS_URL: process.env['REDIS_URL'] }),
        REDIS_PREFIX: `faults-${this.port}`,
        ...this.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-MAX_PRINTED)));
    }
    await eventually(
      `the server is ready`,
      async () => {
        if (child.exitCode !== null) throw new Error(`The server exited:\n${this.output.slice(-20_000)}`);
        return (await fetch(`${this.url}/health/live`).catch(() => undefined))?.ok;
      },
      90_000,
    );
    return performance.now() - begin;
  }

  /** Sends SIGKILL and waits for the exit. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Stops the process until `thaw`, like a machine that hangs. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** @returns the exit code and the duration in milliseconds */
  async terminate(): Promise<{ code: number | null; tookMs: number }> {
    const begin = performance.now();
    const code = await this.end('SIGTERM');
    return { code, tookMs: performance.now() - begin };
  }

  /** Kills the server and its database and deletes the data. */
  async dispose(): Promise<void> {
    this.child?.kill('SIGCONT');
    await this.kill();
    if (this.settings['DATABASE_URL'] !== undefined) return rmSync(this.dataDir, { recursive: true, force: true });
    const left = await startEmbeddedPostgres({ dataDir: this.dataDir });
    await left.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  get printed(): string {
    return this.output;
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }
}

export async function signInAsAdministrator(
  url: string,
  password: string = ADMIN.password,
): Promise<{ api: Api; workspaceId: string }> {
  const api = new Api(url);
  await eventually('the administrator can log in', () => api.logIn(ADMIN.email, password).then(() => true));
  const me = await api.get<{ workspaces: { id: string }[] }>('/v1/me');
  return { api, workspaceId: me.body.workspaces[0]?.id ?? '' };
}
