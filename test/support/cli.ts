import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '../../cli/dist/tidings.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The document that `--json` printed. */
  json(): Record<string, unknown>;
}

/** The built command line with a home directory of its own. */
export class Cli {
  readonly home = mkdtempSync(join(tmpdir(), 'tidings-cli-'));

  constructor(private readonly environment: Readonly<Record<string, string>> = {}) {}

  get profilesPath(): string {
    return join(this.home, 'config/tidings/profiles.json');
  }

  /** How to start a command. */
  invocation(...args: readonly string[]) {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.home,
      XDG_CONFIG_HOME: join(this.home, 'config'),
      XDG_STATE_HOME: join(this.home, 'state'),
      NO_COLOR: '1',
      ...this.environment,
    };
    return { command: process.execPath, args: [BIN, ...args], env };
  }

  start(...wanted: readonly string[]): RunningCommand {
    const { command, args, env } = this.invocation(...wanted);
    return new RunningCommand(spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] }));
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], input = ''): Promise<Finished> {
    const command = this.start(...args);
    command.child.stdin?.end(input);
    return command.finished();
  }

  async logIn(url: string, email: string, password: string): Promise<void> {
    const { code, stderr } = await this.run(['login', url, '--email', email], `${password}\n`);
    if (code !== 0) throw new Error(`The login failed with ${code}: ${stderr}`);
  }

  dispose(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

export class RunningCommand {
  stdout = '';
  stderr = '';
  private readonly closed: Promise<unknown>;

  constructor(readonly child: ChildProcess) {
    this.closed = once(child, 'close');
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    // A command that does not read its input may end first.
    child.stdin?.on('error', () => undefined);
  }

  /** The lines of `--json` so far. */
  lines<Line = Record<string, unknown>>(): Line[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  }

  async finished(): Promise<Finished> {
    await this.closed;
    const { stdout, stderr } = this;
    return { code: this.child.exitCode, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> };
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.child.kill(signal);
    return this.finished();
  }
}
