import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { environment } from '../environment.js';
import { eventually, SOON_MS, Violation } from './expect.js';
import { FIRST, SECOND, type LoopbackServer } from './loopback-server.js';

/** A line that the client prints. */
interface Line {
  readonly type: string;
  readonly channel?: string;
  readonly offset?: number;
  readonly epoch?: string;
}

/** A repeated event comes right behind the first one. */
const QUIET_MS = 200;
const KILL_MS = 2_000;
const STDERR_CHARACTERS = 1_000;

/** The client under test, as a process. */
export class ClientProcess {
  readonly lines: Line[] = [];
  private stderr = '';
  private malformed: string | undefined;
  private isStopping = false;
  private readonly closed: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.closed = once(child, 'close').catch(() => undefined);
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr = (this.stderr + chunk).slice(-STDERR_CHARACTERS)));
    child.stdin?.on('error', () => undefined);
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => this.read(line));
  }

  /** @throws Violation when the command cannot be started */
  static async start(command: readonly string[], { url }: LoopbackServer): Promise<ClientProcess> {
    const [program = '', ...args] = command;
    const own = { TIDINGS_URL: url, TIDINGS_TOKEN_URL: `${url}/token`, TIDINGS_CHANNELS: `${FIRST},${SECOND}` };
    const child = spawn(program, args, { env: { ...environment.ofPrograms, ...own }, stdio: ['pipe', 'pipe', 'pipe'] });
    const client = new ClientProcess(child);
    await once(child, 'spawn').catch((error: Error) => {
      throw new Violation(`The client cannot be started: ${error.message}.`);
    });
    return client;
  }

  /** Lines of a type, about a channel if one is given. */
  said(type: string, channel?: string): Line[] {
    return this.lines.filter((line) => line.type === type && (channel === undefined || line.channel === channel));
  }

  /** Waits for a line beyond the first `before`. */
  async says(type: string, channel?: string, before = 0): Promise<Line> {
    const about = channel === undefined ? '' : ` for ${channel}`;
    const missing = () => `The client printed no \`${type}\`${about} in ${SOON_MS} ms.${this.complaint()}`;
    return eventually(missing, () => this.said(type, channel)[before]);
  }

  /** Waits until the client has delivered these events of a channel, in this order, each once, and nothing else. */
  async delivers(channel: string, offsets: readonly number[], withinMs = SOON_MS): Promise<void> {
    const delivered = () => this.said('event', channel).map(({ offset }) => offset);
    const wrong = () => {
      const got = shown(delivered());
      return `The client delivered of ${channel} the offsets ${got}; expected were ${shown(offsets)}.${this.complaint()}`;
    };
    await eventually(wrong, () => delivered().length >= offsets.length, withinMs);
    await delay(QUIET_MS);
    const all = delivered();
    const isExact = all.length === offsets.length && offsets.every((offset, place) => all[place] === offset);
    if (!isExact) throw new Violation(wrong());
  }

  /** Waits for an end that is none of a scenario's: a client may end once it has printed `closed`. @throws Violation */
  async endedEarly(): Promise<void> {
    await this.closed;
    if (!this.isStopping && this.said('closed').length === 0)
      throw new Violation(`The client has ended.${this.complaint()}`);
  }

  /** @throws Violation when the client printed a line that is no JSON object */
  checkOutput(): void {
    if (this.malformed !== undefined) {
      throw new Violation(`The client printed a line that is not a JSON object with a type: ${this.malformed}`);
    }
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    if (!this.hasEnded && this.child.pid !== undefined) {
      this.child.kill('SIGTERM');
      const timer = setTimeout(() => this.child.kill('SIGKILL'), KILL_MS);
      await this.closed;
      clearTimeout(timer);
    }
  }

  /** The end of the client and of its messages, for the report. */
  private complaint(): string {
    const end = this.hasEnded ? ` It has ended with ${this.child.exitCode ?? this.child.signalCode}.` : '';
    return this.stderr.trim() === '' ? end : `${end} On stderr: ${this.stderr.trim()}`;
  }

  private read(text: string): void {
    if (text.trim() === '') return;
    try {
      const line = JSON.parse(text) as Partial<Line> | null;
      if (typeof line?.type === 'string') return void this.lines.push(line as Line);
    } catch {
      // Reported below.
    }
    this.malformed ??= text.slice(0, 200);
  }
}

const SHOWN = 20;

function shown(offsets: ReadonlyArray<number | undefined>): string {
  const some = offsets.slice(0, SHOWN).join(' ') || 'none';
  return offsets.length > SHOWN ? `${some} ... (${offsets.length})` : some;
}
