import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent } from '../support/agent.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { Cli } from '../support/cli.js';
import { eventually } from '../support/eventually.js';
import { SwitchingProxy } from '../support/switching-proxy.js';
import { post } from '../support/webhooks.js';

let tidings: RunningTidings;

beforeAll(async () => {
  tidings = await startTidings();
  await post(tidings.openSourceUrl, 'a webhook with a body');
  await eventually('it is processed', async () => {
    const path = `/v1/workspaces/${tidings.workspaceId}/deliveries?status=processed`;
    return (await tidings.api.get<{ items: unknown[] }>(path)).body.items.length === 1;
  });
}, 60_000);
afterAll(() => tidings?.stop());

const agentOf = (cli: Cli, mode: 'auto' | 'legacy', ...args: string[]) =>
  Agent.over(new StdioClientTransport({ ...cli.invocation('mcp', ...args), stderr: 'pipe' }), mode);

describe('tidings mcp', () => {
  it.each(['auto', 'legacy'] as const)('offers the tools and the instructions of the server: %s', async (mode) => {
    const cli = new Cli();
    await cli.logIn(tidings.url, ADMIN.email, ADMIN.password);
    const agent = await agentOf(cli, mode);
    const direct = await Agent.overHttp(`${tidings.url}/v1/mcp`, tidings.api.token);
    expect((await agent.client.listTools()).tools).toEqual((await direct.client.listTools()).tools);
    expect(agent.client.getInstructions()).toBe(direct.client.getInstructions());
    const { data, origin } = await agent.call('search_deliveries', { status: 'processed' });
    expect([origin, data]).toMatchObject(['strangers', { items: [{ title: 'a webhook with a body' }] }]);
    await Promise.all([agent.close(), direct.close()]);
    cli.dispose();
  });

  it('has the rights of the API key alone, in the workspace that an option names', async () => {
    const second = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'Second' });
    const { body } = await tidings.api.post<{ key: string }>('/v1/api-keys', { name: 'a', scopes: ['webhooks:read'] });
    const cli = new Cli({ TIDINGS_URL: tidings.url, TIDINGS_API_KEY: body.key });
    const unnamed = await agentOf(cli, 'legacy');
    expect(await unnamed.failure('search_deliveries')).toContain('2 workspaces');
    const agent = await agentOf(cli, 'legacy', '--workspace', tidings.workspaceId);
    const { data } = await agent.call('search_deliveries');
    const [delivery] = data['items'] as { id: string }[];
    expect((await agent.call('show_delivery', { id: delivery?.id })).data).not.toHaveProperty('body');
    expect(await agent.failure('replay_deliveries', { ids: [delivery?.id] })).toContain('permission.denied');
    await Promise.all([unnamed.close(), agent.close()]);
    await tidings.api.delete(`/v1/workspaces/${second.body.id}?confirm=Second`);
    cli.dispose();
  });

  it('answers with an error when the server has gone', async () => {
    const proxy = await SwitchingProxy.start(Number(new URL(tidings.url).port));
    const cli = new Cli();
    await cli.logIn(`http://127.0.0.1:${proxy.port}`, ADMIN.email, ADMIN.password);
    const agent = await agentOf(cli, 'legacy');
    expect((await agent.call('list_workspaces')).data).toHaveProperty('items');
    await proxy.stop();
    expect(await agent.failure('list_workspaces')).toContain('server.unreachable');
    await agent.close();
    cli.dispose();
  });

  it('ends with 3 when no user is signed in', async () => {
    const cli = new Cli({ TIDINGS_URL: tidings.url });
    expect((await cli.run(['mcp'])).code).toBe(3);
    cli.dispose();
  });
});
