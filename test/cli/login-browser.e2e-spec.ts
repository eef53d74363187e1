import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { Cli, type RunningCommand } from '../support/cli.js';
import { eventually } from '../support/eventually.js';

let tidings: RunningTidings;
let ada: Api;
const clis: Cli[] = [];

beforeAll(async () => {
  tidings = await startTidings();
  ada = await signUp(tidings.api, 'ada@example.com');
});
afterAll(async () => {
  clis.forEach((cli) => cli.dispose());
  await tidings?.stop();
});

function newCli(): Cli {
  const cli = new Cli();
  clis.push(cli);
  return cli;
}

/** The code that the command prints beside the address. */
async function codeOf(command: RunningCommand): Promise<string> {
  const printed = /approve the code ([A-Z-]+),/;
  const code = await eventually('the code is printed', () => printed.exec(command.stderr)?.[1]);
  expect(command.stderr).toContain(`Open ${tidings.url}/device?code=${code}`);
  return code;
}

describe('tidings login --browser', () => {
  it('signs in as the user who approves the code, and logs out again', async () => {
    const cli = newCli();
    const command = cli.start('login', tidings.url, '--browser', '--json');
    const userCode = await codeOf(command);
    await ada.post('/v1/auth/device/approve', { userCode });
    const finished = await command.finished();
    expect([finished.code, finished.json()]).toMatchObject([0, { email: 'ada@example.com' }]);
    expect(readFileSync(cli.profilesPath, 'utf8')).toContain('"refreshToken"');
    expect((await cli.run(['whoami', '--json'])).json()).toMatchObject({ user: { email: 'ada@example.com' } });
    expect((await cli.run(['logout'])).code).toBe(0);
    const { body } = await ada.get<{ items: unknown[] }>('/v1/me/sessions');
    expect(body.items).toHaveLength(1);
  }, 30_000);

  it('exits with 4 when the user refuses, and writes no profile', async () => {
    const cli = newCli();
    const command = cli.start('login', tidings.url, '--browser');
    await ada.post('/v1/auth/device/refuse', { userCode: await codeOf(command) });
    const { code, stderr } = await command.finished();
    expect([code, stderr]).toEqual([4, expect.stringContaining('(device.refused)')]);
    expect((await cli.run(['whoami'])).code).toBe(3);
  }, 30_000);

  it('is refused together with another way to sign in', async () => {
    const { code, stderr } = await newCli().run(['login', tidings.url, '--browser', '--api-key'], 'tk_x\n');
    expect([code, stderr]).toEqual([2, expect.stringContaining('Use either --api-key or --browser.')]);
  });
});
