import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { Cli, RunningCommand } from '../support/cli.js';
import { eventually } from '../support/eventually.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { makeSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let receiver: Receiver;
let cli: Cli;

beforeAll(async () => {
  tidings = await startTidings();
  await makeSource(tidings.api, tidings.workspaceId, { provider: 'open', name: 'open' });
  cli = new Cli();
  await cli.logIn(tidings.url, ADMIN.email, ADMIN.password);
}, 120_000);
afterAll(async () => {
  cli?.dispose();
  await tidings?.stop();
});

const running: RunningCommand[] = [];
afterEach(async () => {
  for (const command of running.splice(0)) await command.end('SIGKILL');
  await receiver?.close();
});

/** Starts a command on a pseudo-terminal, by `script` of util-linux: Node has none of its own. */
function onTerminal(...wanted: readonly string[]): RunningCommand {
  const { command, args, env } = cli.invocation(...wanted);
  const line = [command, ...args].map((part) => `'${part}'`).join(' ');
  const child = spawn('script', ['-qefc', `stty cols 100 rows 20; exec ${line}`, '/dev/null'], {
    env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const started = new RunningCommand(child);
  running.push(started);
  return started;
}

const trigger = () => cli.run(['trigger', 'open', '--source', 'open']);
const hasScript = spawnSync('script', ['-qefc', 'true', '/dev/null']).status === 0;

describe('tidings listen --no-tui', () => {
  it('prints a line for each delivery, and no control sequence', async () => {
    receiver = await startReceiver();
    const listening = cli.start('listen', receiver.url, '--no-tui', '--reset');
    running.push(listening);
    await eventually('it has started', () => listening.stderr.includes('Forwarding the webhooks'));
    await trigger();
    await eventually('the delivery is printed', () => listening.stdout.includes('204'));
    expect(listening.stdout).not.toContain('\u001B');
    expect((await listening.end('SIGINT')).code).toBe(130);
  });
});

const onPseudoTerminal = hasScript ? describe : describe.skip;

onPseudoTerminal('tidings listen on a terminal', () => {
  it('shows a list, repeats the selected delivery with r, shows its answer with d, and ends with q', async () => {
    receiver = await startReceiver();
    const listening = onTerminal('listen', receiver.url, '--reset');
    await eventually('the list is drawn', () => /Forwarding the webhooks[^]*\(live\)/.test(listening.stdout));
    await trigger();
    await eventually('the delivery is in the list', () => listening.stdout.includes('> '));
    await eventually('it is forwarded', () => receiver.received.length === 1);
    listening.child.stdin?.write('r');
    await eventually('it is forwarded again', () => receiver.received.length === 2);
    await eventually('the row says so', () => listening.stdout.includes('(repeated once)'));
    expect(receiver.received[1]?.body).toEqual(receiver.received[0]?.body);
    listening.child.stdin?.write('d');
    await eventually('the answer is shown', () => listening.stdout.includes('answer    204'));
    listening.child.stdin?.write('o');
    await eventually('the address is shown', () => listening.stdout.includes('/deliveries/'));
    listening.child.stdin?.write('q');
    const { code, stdout } = await listening.finished();
    expect(code).toBe(130);
    // The screen and the cursor of the shell are back.
    expect(stdout.trimEnd().endsWith('\u001B[?1049l')).toBe(true);
  });

  it('prints lines with --no-tui', async () => {
    receiver = await startReceiver();
    const listening = onTerminal('listen', receiver.url, '--no-tui', '--reset');
    await eventually('it has started', () => listening.stdout.includes('Forwarding the webhooks'));
    await trigger();
    await eventually('the delivery is printed', () => /204 +\d+ ms/.test(listening.stdout));
    expect(listening.stdout).not.toContain('\u001B[?1049h');
  });
});
