import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Api } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';

jest.setTimeout(120_000);
const FILLED_WITHIN_MS = 60_000;

let server: ServerProcess;
afterEach(() => server.dispose());

const titlesOf = async (api: Api, path: string): Promise<unknown[]> => {
  const { body } = await api.get<{ items: { title?: string; name?: string }[] }>(path);
  return body.items.map(({ title, name }) => title ?? name);
};

describe('the first start', () => {
  it('fills its demo workspace with simulated webhooks, tasks, a document and a timer', async () => {
    server = await ServerProcess.make({ ADMIN_EMAIL: '', ADMIN_PASSWORD: '' });
    await server.start();
    const file = join(server.dataDir, 'first-start.json');
    const { email, password, workspaceId } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    const api = new Api(server.url);
    await api.logIn(String(email), String(password));
    // The password was printed, and the fill of the demo has signed in with it.
    expect((await api.get('/v1/me')).body['user']).toMatchObject({ mustChangePassword: true });
    const workspace = `/v1/workspaces/${workspaceId}`;
    await eventually(
      'webhooks of three senders are processed',
      async () => {
        const path = `${workspace}/deliveries?status=processed`;
        const { body } = await api.get<{ items: { provider: string; test: boolean }[] }>(path);
        const tests = body.items.filter(({ test }) => test);
        return new Set(tests.map(({ provider }) => provider)).size === 3;
      },
      FILLED_WITHIN_MS,
    );
    const countOf = async () => (await titlesOf(api, `${workspace}/deliveries`)).length;
    const replaced = { current: String(password), new: 'a password of the user' };
    await api.post('/v1/me/password', replaced);
    await api.logIn(String(email), replaced.new);
    const before = await countOf();
    await eventually('webhooks still arrive after the change', async () => (await countOf()) > before + 1, 30_000);
    expect(await titlesOf(api, `${workspace}/tasks`)).toHaveLength(2);
    expect(await titlesOf(api, `${workspace}/documents`)).toHaveLength(1);
    const { body } = await api.get<{ goal: number; activateAt: string }>(`/v1/users/${api.userId}/status`);
    expect(body.activateAt).not.toBeNull();
  });

  it('fills nothing when the operator has set the password of the administrator', async () => {
    server = await ServerProcess.make();
    await server.start();
    const { api, workspaceId } = await signInAsAdministrator(server.url);
    const workspace = `/v1/workspaces/${workspaceId}`;
    const [source] = await titlesOf(api, `${workspace}/sources`);
    expect(source).toBe('Open for everyone');
    expect(await titlesOf(api, `${workspace}/tasks`)).toEqual([]);
    expect(await titlesOf(api, `${workspace}/documents`)).toEqual([]);
  });
});
