import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, statSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ADMIN, freePort, startTidings, type RunningTidings } from '../support/app.js';
import { signUp, type Schemas } from '../support/api.js';
import { Cli } from '../support/cli.js';
import { eventually } from '../support/eventually.js';
import { startReceiver } from '../support/receiver.js';
import { githubHeaders, makeSource, postGithub, type TestSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let source: TestSource;
let cli: Cli;

beforeAll(async () => {
  tidings = await startTidings();
  source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github', name: 'docs' });
  cli = new Cli();
  await cli.logIn(tidings.url, ADMIN.email, ADMIN.password);
}, 120_000);
afterAll(async () => {
  cli?.dispose();
  await tidings?.stop();
});

const errorOf = (stderr: string) => (JSON.parse(stderr) as { error: { code: string } }).error.code;

describe('login', () => {
  it('keeps the refresh token and not the password, readable for the user only', () => {
    expect(statSync(cli.profilesPath).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(cli.profilesPath)).mode & 0o777).toBe(0o700);
    const text = readFileSync(cli.profilesPath, 'utf8');
    expect(text).toContain('"refreshToken"');
    expect(text).not.toContain(ADMIN.password);
  });

  it('exits with 3 for a wrong password and writes no profile', async () => {
    const other = new Cli();
    const { code, stderr } = await other.run(['login', tidings.url, '--email', ADMIN.email, '--json'], 'wrong\n');
    expect([code, errorOf(stderr)]).toEqual([3, 'auth.wrong-login']);
    expect((await other.run(['whoami'])).code).toBe(3);
    other.dispose();
  });

  it('sends the password to no address that the server redirects to', async () => {
    const receiver = await startReceiver();
    const redirecting = createServer((_, response) => {
      response.writeHead(307, { location: `${receiver.url}/v1/auth/login` }).end();
    }).listen(0, '127.0.0.1');
    await once(redirecting, 'listening');
    const other = new Cli();
    const url = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`;
    const { code, stderr } = await other.run(['login', url, '--email', ADMIN.email, '--json'], 'a password\n');
    expect([code, errorOf(stderr), receiver.received]).toEqual([2, 'server.redirects', []]);
    other.dispose();
    redirecting.close();
    await receiver.close();
  });

  it('does not send the credentials of a profile to another server', async () => {
    const receiver = await startReceiver();
    const { code } = await cli.run(['whoami', '--url', receiver.url]);
    expect([code, receiver.received]).toEqual([3, []]);
    await receiver.close();
  });
});

describe('exit codes', () => {
  it.each([
    ['an unknown option', ['sources', '--nothing'], 2],
    ['a source that does not exist', ['deliveries', '--source', 'nothing'], 5],
    ['an unknown delivery', ['delivery', '0199d2a0-0000-7000-8000-000000000001'], 5],
    ['nothing to replay', ['replay'], 2],
  ])('tell of %s', async (_what, args, code) => {
    expect((await cli.run(args)).code).toBe(code);
  });

  it('tell of a server that cannot be reached', async () => {
    const environment = { TIDINGS_URL: `http://127.0.0.1:${await freePort()}`, TIDINGS_API_KEY: 'tk_x' };
    const lost = new Cli(environment);
    const { code, stderr } = await lost.run(['whoami', '--json']);
    expect([code, errorOf(stderr)]).toEqual([6, 'server.unreachable']);
    lost.dispose();
  });
});

describe('commands', () => {
  it('trigger a webhook, list it, show it and replay it', async () => {
    const { deliveryId } = (await cli.run(['trigger', 'github', '--source', 'docs', '--json'])).json();
    const id = String(deliveryId);
    await eventually('it is processed', async () => {
      const { items } = (await cli.run(['deliveries', '--status', 'processed', '--json'])).json();
      return (items as Array<{ id: string }>).some((one) => one.id === id);
    });
    const shown = (await cli.run(['delivery', id, '--json'])).json();
    expect(shown).toMatchObject({ id, status: 'processed', attemptsMade: [{ outcome: 'processed' }] });
    expect((await cli.run(['replay', id, '--json'])).json()).toMatchObject({ status: 'done', done: 1, failed: 0 });
    expect((await cli.run(['replay', id, '--dry-run', '--json'])).json()).toMatchObject({ items: [{ id }] });
  });

  it('grant, deny and revoke a permission of a member', async () => {
    const member = await signUp(tidings.api, 'ada@example.com');
    await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${member.userId}`, { role: 'viewer' });
    const run = async (verb: string) => {
      const args = [verb, 'ada@example.com', 'webhooks:manage', '--json'];
      const { grant, deny } = (await cli.run(args)).json();
      return { grant, deny };
    };
    expect(await run('grant')).toEqual({ grant: ['webhooks:manage'], deny: [] });
    expect(await run('deny')).toEqual({ grant: [], deny: ['webhooks:manage'] });
    expect(await run('revoke')).toEqual({ grant: [], deny: [] });
  });

  it('publish an event that tail prints', async () => {
    const args = ['publish', 'orders/paid', 'order:paid', '{"order":17}', '--id', 'a', '--json'];
    const published = (await cli.run(args)).json();
    expect((await cli.run(args)).json()).toEqual(published);
    const tail = cli.start('tail', 'orders/paid', '--since', '1h', '--json');
    await eventually('the event is printed', () => tail.lines().length === 1);
    expect(tail.lines()[0]).toMatchObject({ type: 'order:paid', payload: { order: 17 }, offset: 1 });
    expect((await tail.end('SIGINT')).code).toBe(130);
  });

  it('tail without a channel follows the topics too, and says at the start what it follows', async () => {
    const own = { provider: 'open', name: 'with-channel', ownChannel: true };
    await makeSource(tidings.api, tidings.workspaceId, own);
    await cli.run(['publish', 'orders/sent', 'order:sent', '{"order":1}']);
    const tail = cli.start('tail', '--json');
    await eventually('it says what it follows', () => tail.stderr.includes('Following'));
    for (const channel of ['tasks', 'topic/orders/sent', 'webhooks/with-channel'])
      expect(tail.stderr).toContain(channel);
    await cli.run(['publish', 'orders/sent', 'order:sent', '{"order":2}']);
    await cli.run(['trigger', 'open', '--source', 'with-channel']);
    const types = () => tail.lines().map((line) => (line as { type?: string }).type);
    await eventually(
      'both events are printed',
      () => types().includes('order:sent') && types().includes('webhook:received'),
    );
    expect(types().filter((type) => type === 'order:sent')).toHaveLength(1);
    await tail.end('SIGINT');
  });

  it('verify a signature and name the part that is wrong', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tidings-verify-'));
    const [file, headers] = [join(directory, 'body'), join(directory, 'headers')];
    writeFileSync(file, '{"a": 1}');
    writeFileSync(headers, JSON.stringify(githubHeaders({ body: '{"a": 1}', secret: 'right' })));
    const verify = (secret: string) =>
      cli.run(['verify', 'github', '--secret', secret, '--file', file, '--headers', headers, '--json']);
    const right = await verify('right');
    expect([right.code, right.json()['verified']]).toEqual([0, true]);
    writeFileSync(file, '{"a":1}');
    const changed = await verify('right');
    expect([changed.code, changed.json()['difference']]).toEqual([1, 'body-changed']);
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['verify', 'TIDINGS_SECRET', ['verify', 'stripe', '--file', '/dev/null', '--headers', '/dev/null']],
    ['trigger', '--make-source aws-sns --option topicArn=arn:aws:sns:', ['trigger', 'aws-sns']],
    ['trigger', '--make-source paypal --option webhookId=', ['trigger', 'paypal']],
    ['listen', '--option webhookId=', ['listen', '3000', '--make-source', 'paypal']],
  ])('%s names %s as the next step', async (_name, step, args) => {
    const { code, stderr } = await cli.run(args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(step);
  });

  it('examine the server', async () => {
    const { code, json } = await cli.run(['doctor', '--json']);
    const { checks } = json() as { checks: Array<{ name: string; state: string }> };
    expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
    expect([code, checks.map(({ name }) => name)]).toEqual([
      0,
      expect.arrayContaining(['clock', 'ready', 'websocket']),
    ]);
  });
});

describe('listen --make-source', () => {
  /** Runs until the forwarding begins. @returns what the command says about the source */
  const make = async (...args: readonly string[]) => {
    const receiver = await startReceiver();
    const listen = cli.start('listen', receiver.url, '--make-source', ...args, '--json');
    await eventually('it forwards', () => listen.stdout.includes('"started"'));
    await listen.end();
    await receiver.close();
    return listen.stderr;
  };
  const secretsOf = async (name: string) => {
    const { items } = (await cli.run(['sources', '--json'])).json() as { items: Array<Schemas['Source']> };
    return items.find((one) => one.name === name)?.secrets;
  };

  it('invents no secret for a sender that makes its own, and says how to add that one', async () => {
    const said = await make('stripe');
    expect(said).toContain('Workbench');
    expect(said).toContain('tidings set-secret listen-stripe');
    expect(said).not.toContain('shown once');
    expect(await secretsOf('listen-stripe')).toBe(0);
    const { stderr } = await cli.run(['set-secret', 'listen-stripe'], 'whsec_of_the_destination_at_stripe\n');
    expect(stderr).toContain('verifies with this secret now');
    expect(await secretsOf('listen-stripe')).toBe(1);
    const again = await make('stripe');
    expect(again).not.toContain('set-secret');
  });

  it.each([
    ['github', /secret {2}[\w-]{43} /],
    ['telegram', /secret {2}[\w-]{43} /],
    ['postmark', /secret {2}tidings:[\w-]{43} /],
  ])('makes a secret that %s takes', async (provider, secret) => {
    expect(await make(provider)).toMatch(secret);
    expect(await secretsOf(`listen-${provider}`)).toBe(1);
  });

  it('takes the options that a sender needs', async () => {
    const said = await make('aws-sns', '--option', 'topicArn=arn:aws:sns:eu-central-1:123456789012:deploys');
    expect(said).toContain('Created the source listen-aws-sns');
    expect(said).not.toContain('secret yet');
  });
});

describe('listen', () => {
  it('delivers first what came while it was off, and waits for a local server that is down', async () => {
    const port = await freePort();
    const args = ['listen', `http://127.0.0.1:${port}/hooks`, '--source', 'docs', '--json'];
    const first = cli.start(...args);
    await eventually('it is connected', () => first.stdout.includes('"live"'));
    await first.end();
    const sent: string[] = [];
    for (const n of [1, 2, 3]) sent.push((await postGithub(source, { body: `{"n": ${n}}` })).deliveryId);
    const second = cli.start(...args);
    await eventually('it says that the target is down', () => second.stdout.includes('target-down'));
    const again = await cli.run(args);
    expect([again.code, errorOf(again.stderr)]).toEqual([7, 'listen.running']);
    await second.end();
    const receiver = await startReceiver();
    const other = ['listen', `${receiver.url}/hooks`, '--source', 'docs', '--since', '1h', '--json'];
    const third = cli.start(...other);
    await eventually('all arrived', () => receiver.received.length >= 3);
    await third.end();
    const arrived = receiver.received.map(({ headers }) => headers['tidings-delivery-id']);
    expect(arrived.slice(-3)).toEqual(sent);
    const count = receiver.received.length;
    const fourth = cli.start(...other);
    await eventually('it is connected again', () => fourth.stdout.includes('"live"'));
    await fourth.end();
    expect(receiver.received).toHaveLength(count);
    await receiver.close();
  });
});

describe('reading deliveries as they were sent', () => {
  it('requires webhooks:bodies', async () => {
    const viewer = await signUp(tidings.api, 'viewer@example.com');
    const workspace = `/v1/workspaces/${tidings.workspaceId}`;
    await tidings.api.put(`${workspace}/members/${viewer.userId}`, { role: 'viewer' });
    const { deliveryId } = await postGithub(source, { body: '{"n": 9}' });
    const path = `${workspace}/deliveries/requests?ids=${deliveryId}`;
    expect((await viewer.get(path)).status).toBe(403);
    const { body } = await tidings.api.get<Schemas['DeliveryRequests']>(path);
    expect(body).toMatchObject({ items: [{ id: deliveryId, body: '{"n": 9}', bodyEncoding: 'utf8' }], rest: [] });
    expect(body.items[0]?.headers['x-hub-signature-256']).toMatch(/^sha256=/);
  });
});
