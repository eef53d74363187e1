import { afterAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Cli } from '../support/cli.js';

const OURS = ['node', 'client/examples/conformance.mjs'];
const OTHER = ['node', 'test/support/conformance-client.mjs'];

/** More processes than this would slow each other down, and the scenarios measure times. */
const AT_ONCE = 5;

interface Verdict {
  readonly name: string;
  readonly passed: boolean;
  readonly violation: string | null;
  readonly link: string;
}

const clis: Cli[] = [];
afterAll(() => clis.forEach((cli) => cli.dispose()));

async function judge(command: readonly string[], only: readonly string[], environment: Record<string, string> = {}) {
  const cli = new Cli(environment);
  clis.push(cli);
  const options = only.flatMap((name) => ['--only', name]);
  const { code, stdout, stderr } = await cli.run(['conformance', '--json', ...options, '--', ...command]);
  if (stdout === '') throw new Error(stderr);
  const { scenarios } = JSON.parse(stdout) as { scenarios: Verdict[] };
  const failed = scenarios.filter(({ passed }) => !passed);
  return { code, failed, scenarios };
}

const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z\d -]/g, '')
    .replaceAll(' ', '-');

/** A fault of a client, the scenario that finds it, and a part of the violation that it reports. */
const FAULTS: ReadonlyArray<readonly [fault: string, scenario: string, violation: string]> = [
  ['no-credential', 'authenticates', 'had no credential'],
  ['resumes-too-early', 'resumes-from-its-position', '"offset":2}; expected was'],
  ['repeats-after-resume', 'resumes-from-its-position', 'the offsets 1 2 3 3 4 5'],
  ['ignores-position', 'advances-by-position', '"offset":3}; expected was'],
  ['ignores-epoch', 'reloads-in-a-new-epoch', 'printed no `reload`'],
  ['hides-losses', 'reloads-after-a-trim', 'printed no `reload`'],
  ['leaves-when-draining', 'waits-for-a-restart', 'left at `server:draining`'],
  ['ignores-reconnect-time', 'waits-for-a-restart', '1500 ms were asked for'],
  ['reconnects-at-once', 'backs-off-at-random', 'reconnects at once'],
  ['reconnects-after-fatal', 'stops-after-4003', 'printed no `closed`'],
  ['reconnects-after-fatal', 'needs-new-credentials-after-4001', 'with the credential that was refused'],
  ['keeps-its-token', 'renews-after-4401', 'the token that had expired'],
  ['ignores-revoked', 'reports-a-revocation', 'printed no `revoked`'],
  ['insists', 'reports-a-refused-channel', 'printed no `revoked`'],
];

describe('tidings conformance', () => {
  it('passes @tidings/client in every scenario', async () => {
    const { code, failed, scenarios } = await judge(OURS, []);
    expect([failed, code]).toEqual([[], 0]);
    const text = readFileSync('docs/protocol.md', 'utf8');
    const anchors = [...text.matchAll(/^## (.+)$/gm)].map(([, title = '']) => anchorOf(title));
    for (const { name, link } of scenarios) {
      expect(text).toContain(`\`${name}\``);
      expect(anchors.map((anchor) => `docs/protocol.md#${anchor}`)).toContain(link);
    }
  }, 60_000);

  it('passes another client, and names the rule that it breaks with each of its faults', async () => {
    const scenarios = [...new Set(FAULTS.map(([, scenario]) => scenario))];
    const sound = judge(OTHER, scenarios);
    const found: Array<Awaited<ReturnType<typeof judge>>> = [];
    for (let place = 0; place < FAULTS.length; place += AT_ONCE) {
      const some = FAULTS.slice(place, place + AT_ONCE);
      found.push(...(await Promise.all(some.map(([fault, scenario]) => judge([...OTHER, fault], [scenario])))));
    }
    expect(await sound).toMatchObject({ code: 0, failed: [] });
    expect(found.map(({ code, failed }) => [code, failed.map(({ name }) => name)])).toEqual(
      FAULTS.map(([, scenario]) => [1, [scenario]]),
    );
    for (const [place, [, , violation]] of FAULTS.entries()) {
      expect(found[place]?.failed[0]?.violation).toContain(violation);
    }
  }, 60_000);

  it('says of a command that is no client what is missing', async () => {
    const failing = await judge(['node', '-e', 'throw new Error("no client")'], ['stops-after-4003']);
    expect(failing.failed[0]?.violation).toMatch(/The client has ended. It has ended with 1. On stderr: [^]*no client/);
    const missing = await judge(['no-such-program-anywhere'], ['authenticates']);
    expect(missing.failed[0]?.violation).toContain('cannot be started');
  }, 60_000);

  it('gives the client no variable beyond the documented ones', async () => {
    const print = 'throw new Error(JSON.stringify(Object.keys(process.env)))';
    const secrets = { TIDINGS_API_KEY: 'tk_x', AWS_SECRET_ACCESS_KEY: 'x', NPM_TOKEN: 'x' };
    const { failed } = await judge(['node', '-e', print], ['authenticates'], secrets);
    const names = JSON.parse(/\[".*?"\]/.exec(failed[0]?.violation ?? '')?.[0] ?? '[]') as string[];
    expect(names.toSorted()).toEqual(['HOME', 'PATH', 'TIDINGS_CHANNELS', 'TIDINGS_TOKEN_URL', 'TIDINGS_URL']);
  });

  it('exits with 2 for an unknown scenario', async () => {
    const cli = new Cli();
    clis.push(cli);
    expect((await cli.run(['conformance', '--only', 'nothing', '--', 'node'])).code).toBe(2);
  });
});
