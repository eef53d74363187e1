import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFixtures } from '../../src/webhooks/providers/fixtures.js';
import { loadProviders } from '../../src/webhooks/providers/load-providers.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';

const SCRIPT = join(import.meta.dirname, '../../scripts/simulate.mjs');
const SECRETS = 'simulate.json';

interface Ended {
  readonly code: number;
  readonly lines: string[];
  readonly stderr: string;
}

let tidings: RunningTidings;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tidings-simulate-'));
  tidings = await startTidings();
});
afterAll(async () => {
  await tidings.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function simulate(args: readonly string[], settings: Record<string, string> = {}): Promise<Ended> {
  const env = {
    PATH: process.env['PATH'],
    DATA_DIR: dataDir,
    TIDINGS_URL: tidings.url,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    ...settings,
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [SCRIPT, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, lines: stdout.split('\n').filter((line) => line !== ''), stderr }),
    );
  });
}

const summary = ({ lines }: Ended) => lines.at(-1)?.split('  ')[0];

describe('npm run simulate', () => {
  it('sends a signed webhook of GitHub for an event and action, and prints its title', async () => {
    const ended = await simulate(['github', 'pull_request.opened']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.lines[0]).toMatch(/^202 {2}pull_request\.opened {2}\S+ opened #\d+ /);
    expect(summary(ended)).toBe('1 × 202');
  });

  it('passes verification for every provider, and sends an example under a new id each time', async () => {
    const { lines: providers } = await simulate(['--list']);
    expect(providers).toEqual([...(await loadProviders()).keys()]);
    for (const provider of providers) {
      const ended = await simulate([provider, '--count', '5']);
      expect([provider, ended.code, ended.stderr]).toEqual([provider, 0, '']);
      // Some providers require another status than 202.
      expect(summary(ended)).toMatch(/^\d+ × 20\d(?:, \d+ × 20\d)?$/);
      expect(ended.lines.filter((line) => /^20\d /.test(line))).toHaveLength(5);
      expect(ended.lines.filter((line) => line.includes('duplicate'))).toEqual([]);
    }
  }, 240_000);

  it('makes the handshakes of every sender that has some, and gets the answers', async () => {
    for (const [provider, { secrets }] of await loadProviders()) {
      const { handshakes = [] } = await loadFixtures(provider);
      if (handshakes.length === 0 || secrets === 'published') continue;
      const ended = await simulate([provider, '--handshake']);
      expect([provider, ended.code, ended.stderr]).toEqual([provider, 0, '']);
      const answers = ended.lines.filter((line) => /^\d{3} {2}/.test(line));
      expect(answers).toEqual(
        handshakes.map(({ name, expected }) => expect.stringContaining(`${expected.status ?? 200}  ${name}`)),
      );
    }
    expect((await simulate(['github', '--handshake'])).lines).toEqual(['github makes no handshake.']);
    const published = await simulate(['aws-sns', '--handshake']);
    expect(published.lines).toEqual(['Only aws-sns has the key that signs its handshakes.']);
  }, 240_000);

  it('sends each delivery twice with --same, and prints that the second is a duplicate', async () => {
    for (const [provider, status] of [
      ['stripe', 202],
      ['twilio', 200],
    ] as const) {
      const { lines } = await simulate([provider, '--count', '1', '--same']);
      expect(lines.map((line) => line.split('  ')[0])).toEqual([`${status}`, `${status} duplicate`, `2 × ${status}`]);
    }
  });

  it('reuses its source, and stores the secret in a file that only its owner can read', async () => {
    const file = join(dataDir, SECRETS);
    await simulate(['sentry', '--count', '1']);
    const before = readFileSync(file, 'utf8');
    await simulate(['sentry', '--count', '1']);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('keeps to --rate', async () => {
    const startedAt = performance.now();
    const slow = await simulate(['open', '--count', '4', '--rate', '4']);
    expect(summary(slow)).toBe('4 × 202');
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);
  });

  it.each([
    ['an unknown provider, with the names of all', ['githubb'], /no provider githubb.*github.*vercel/],
    ['an unknown event', ['github', 'pull_requests'], /no event pull_requests/],
    ['an address without a server', ['github', '--url', 'http://127.0.0.1:9'], /No server responds at.*npm start/],
    ['an invalid rate', ['github', '--rate', 'fast'], /--rate requires a number/],
  ])('ends with one clear sentence for %s', async (_what, args, sentence) => {
    const ended = await simulate(args);
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim()).toMatch(sentence);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('asks for credentials if none are configured', async () => {
    const ended = await simulate(['github'], { ADMIN_EMAIL: '', DATA_DIR: join(dataDir, 'empty') });
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('ADMIN_EMAIL')]);
  });
});
