import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { welcomeText, type Welcome } from '../../../src/first-start.js';
import { eventually } from '../eventually.js';
import type { Block } from './blocks.js';

const ROOT = join(import.meta.dirname, '../../..');

/**
 * The commands of the pages run as they are. These differ: `curl` fails at an error status, `npm` installs and builds
 * nothing but checks that its script exists, and `docker` and `tidings listen` end by themselves.
 */
const PRELUDE = `
set -eu -o pipefail
[ ! -f .state ] || . ./.state
curl() { command curl --fail-with-body --silent --show-error "$@"; }
docker() { [ "$*" = 'compose up' ] && [ -f "$ROOT/docker-compose.yml" ]; }
tidings() {
  if [ "$1" = listen ]; then timeout 3 node "$ROOT/cli/dist/tidings.js" "$@" || [ $? = 124 ]
  else node "$ROOT/cli/dist/tidings.js" "$@"; fi
}
npm() {
  case "$*" in
    ci) ;;
    start) cat welcome.txt ;;
    'run simulate -- '*) (cd "$ROOT" && node scripts/simulate.mjs "\${@:4}") ;;
    run*) node -e 'if (!require(process.argv[1]).scripts[process.argv.at(-1)]) throw process.argv' "$ROOT/package.json" "$@" ;;
    *) return 1 ;;
  esac
}
trap '{ export -p; declare -f; } > .state' EXIT
`;

/** Follows the pages of the guide in a folder and a shell of its own, as a newcomer with a running server does. */
export class Reader {
  private readonly directory = mkdtempSync(join(tmpdir(), 'tidings-guide-'));
  private readonly running: ChildProcess[] = [];
  private output = '';
  /** Where the output of the last command begins. */
  private mark = 0;

  constructor(
    private readonly welcome: Welcome,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    mkdirSync(join(this.directory, '.tidings'));
    writeFileSync(join(this.directory, '.tidings/first-start.json'), JSON.stringify(welcome));
    writeFileSync(join(this.directory, 'welcome.txt'), welcomeText(welcome));
    copyFileSync(join(ROOT, '.env.example'), join(this.directory, '.env.example'));
    symlinkSync(join(ROOT, 'node_modules'), join(this.directory, 'node_modules'));
  }

  async follow({ code, language, file }: Block): Promise<void> {
    const own = code
      .replaceAll('http://localhost:3000', this.welcome.url)
      .replaceAll('the password that you chose', this.welcome.password ?? '')
      .replaceAll('https://shop.example.com', 'http://127.0.0.1:9');
    if (file !== undefined) writeFileSync(join(this.directory, file), own);
    else if (language === 'sh') await this.run(own);
    else if (language === 'text') await this.see(own);
  }

  async stop(): Promise<void> {
    for (const child of this.running) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async run(code: string): Promise<void> {
    this.mark = this.output.length;
    const isProgram = /^node (?:follow|live)\.mjs\n$/.test(code);
    const child = spawn('bash', ['-c', PRELUDE + (isProgram ? `exec ${code}` : code)], {
      cwd: this.directory,
      env: { PATH: process.env['PATH'], HOME: this.directory, ROOT, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    if (isProgram) this.running.push(child);
    else if ((await once(child, 'close'))[0] !== 0)
      throw new Error(`${code}\nfailed:\n${this.output.slice(this.mark)}`);
  }

  /** Waits until each line is somewhere in the output since the last command began. */
  private async see(lines: string): Promise<void> {
    for (const line of lines.trim().split('\n')) {
      const isThere = () => this.output.slice(this.mark).includes(line);
      await eventually(`the output has ${line}`, isThere, 10_000).catch((error: unknown) => {
        throw new Error(`The output is:\n${this.output.slice(this.mark)}`, { cause: error });
      });
    }
  }
}
