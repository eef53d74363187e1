import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { signUp, type Answer, type Api } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { headOf } from '../support/offsets.js';
import { PostgresHome, type PostgresCluster } from '../support/postgres-cluster.js';
import { recordRun } from '../support/record-run.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { TestSocket } from '../support/socket.js';
import { TestStream } from '../support/stream.js';
import { SwitchingProxy } from '../support/switching-proxy.js';
import { WebhookLoad } from '../support/webhook-load.js';
import { makeSource } from '../support/webhooks.js';

const ROUNDS = Number(process.env['HISTORY_ROUNDS'] ?? 2);
const PER_SECOND = Number(process.env['HISTORY_RATE'] ?? 200);
const LOST_CHANGES = 4;
const STATE_LOST = 4501;

let home: PostgresHome;
let proxy: SwitchingProxy;
let upstream: SwitchingProxy;
let primary: PostgresCluster;
let nodes: ServerProcess[];
let admin: Api;
let members: string;
let channel: string;
let workspaceId: string;
let load: WebhookLoad;
let memberCount = 0;

beforeAll(async () => {
  home = new PostgresHome();
  primary = await home.create();
  await primary.start();
  await primary.query('CREATE DATABASE tidings', 'postgres');
  proxy = await SwitchingProxy.start(primary.port);
  upstream = await SwitchingProxy.start();
  const settings = {
    DATABASE_URL: `postgres://postgres@127.0.0.1:${proxy.port}/tidings`,
    DATABASE_POOL: '10',
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    // The administrator signs in once, and twenty rounds take longer than a token lasts.
    ACCESS_TOKEN_SECONDS: '3600',
    LOG_LEVEL: 'error',
  };
  const roles = ['api,worker', 'gateway', 'gateway'];
  nodes = await Promise.all(roles.map((ROLE) => ServerProcess.make({ ...settings, ROLE })));
  for (const node of nodes) await node.start();
  const signedIn = await signInAsAdministrator(api().url);
  admin = signedIn.api;
  ({ workspaceId } = signedIn);
  members = `/v1/workspaces/${workspaceId}/members`;
  channel = `webhooks:${workspaceId}`;
  load = new WebhookLoad(await makeSource(admin, workspaceId, { provider: 'github' }), PER_SECOND);
}, 300_000);
afterAll(async () => {
  await load?.stop();
  for (const node of nodes ?? []) await node.dispose();
  await proxy?.stop();
  await upstream?.stop();
  await primary?.stop('immediate').catch(() => undefined);
  home?.dispose();
}, 60_000);

const nodeAt = (index: number): ServerProcess => {
  const node = nodes[index];
  if (node === undefined) throw new Error('This process does not exist.');
  return node;
};
const api = () => nodeAt(0);
const gateways = () => [nodeAt(1), nodeAt(2)];

type Follower = TestSocket | TestStream;

/** A member on both gateways, with a socket and a stream on each. */
interface Member {
  readonly user: Api;
  readonly followers: readonly Follower[];
}

async function signUpMember(): Promise<Member> {
  // A server under load answers some calls with 503, so the sign-up is retried.
  const user = await eventually(
    'a member is signed up',
    () => signUp(admin, `person-${++memberCount}@example.com`).catch(() => undefined),
    60_000,
  );
  await mustBe(200, admin.put(`${members}/${user.userId}`, { role: 'viewer', grant: [], deny: [] }));
  const followers = await Promise.all(gateways().flatMap((node) => [socketOf(node, user), streamOf(node, user)]));
  return { user, followers };
}

async function socketOf(node: ServerProcess, user: Api): Promise<TestSocket> {
  const socket = await TestSocket.connect(node.url, user.token);
  const answer = await socket.ask('subscribe', { channel });
  if (answer.type !== 'subscribed') throw new Error(`The subscription was refused: ${JSON.stringify(answer)}`);
  return socket;
}

const streamOf = (node: ServerProcess, user: Api) => TestStream.follow(node.url, [channel], { token: user.token });

async function mustBe(status: number, call: Promise<Answer>): Promise<void> {
  const answer = await call;
  if (answer.status !== status) throw new Error(`Answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

/** Retries a call until it succeeds. @returns the first number that must not arrive */
async function retryUntilAnswered(call: () => Promise<Answer>): Promise<number> {
  return eventually(
    'the change of rights is answered',
    async () => {
      const answer = await call().catch(() => undefined);
      if (answer === undefined || answer.status >= 500) return undefined;
      if (answer.status >= 300) throw new Error(`Answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return load.later;
    },
    60_000,
  );
}

const leaksIn = ({ followers }: Member, firstForbidden: number): number =>
  followers
    .flatMap((follower) => follower.events(channel))
    .filter(({ payload }) => (load.numbers.get(String(payload['deliveryId'])) ?? 0) >= firstForbidden).length;

async function acknowledgeMore(by: number): Promise<void> {
  const target = load.acknowledged + by;
  await eventually(`${by} more webhooks are acknowledged`, () => load.acknowledged >= target, 60_000);
}

async function changeRights(times: number): Promise<void> {
  const { user } = await unrelatedMember();
  for (let i = 0; i < times; i++) {
    const deny = i % 2 === 0 ? ['tasks:read'] : [];
    await mustBe(200, admin.put(`${members}/${user.userId}`, { role: 'viewer', grant: [], deny }));
  }
}

let changed: Member | undefined;
const unrelatedMember = async () => (changed ??= await signUpMember());

interface Round {
  readonly victims: readonly Member[];
  readonly bystander: Member;
}

async function prepare(): Promise<Round> {
  await unrelatedMember();
  return {
    victims: [await signUpMember(), await signUpMember(), await signUpMember()],
    bystander: await signUpMember(),
  };
}

/** Revokes, disables and logs out at once. @returns the number of events that arrived afterwards */
async function removeRights([revoked, disabled, loggedOut]: readonly Member[]): Promise<number> {
  if (revoked === undefined || disabled === undefined || loggedOut === undefined)
    throw new Error('Three members are needed.');
  const denied = { role: 'viewer', grant: [], deny: ['webhooks:read'] };
  const firstForbidden = await Promise.all([
    retryUntilAnswered(() => admin.put(`${members}/${revoked.user.userId}`, denied)),
    retryUntilAnswered(() => admin.patch(`/v1/users/${disabled.user.userId}`, { disabled: true })),
    retryUntilAnswered(() => loggedOut.user.post('/v1/auth/logout-everywhere')),
  ]);
  await acknowledgeMore(PER_SECOND);
  await delay(500);
  const refused = await Promise.all(
    [disabled, loggedOut].map(({ user }) =>
      TestSocket.connect(nodeAt(1).url, user.token).then(
        () => false,
        () => true,
      ),
    ),
  );
  expect(refused).toEqual([true, true]);
  return [revoked, disabled, loggedOut].reduce((sum, one, i) => sum + leaksIn(one, firstForbidden[i] ?? 0), 0);
}

/** Expects that every earlier position is rejected and every earlier connection is closed. */
async function expectExplicitLoss({ bystander }: Round, before: readonly LastPosition[]): Promise<void> {
  for (const follower of bystander.followers) {
    if (follower instanceof TestSocket) expect((await follower.waitForClose(30_000)).code).toBe(STATE_LOST);
    else await follower.waitForEnd(30_000);
  }
  for (const { node, position, lastEventId } of before) {
    const socket = await eventually('the client reconnects', () =>
      TestSocket.connect(node.url, bystander.user.token).catch(() => undefined),
    );
    const answer = await socket.ask('subscribe', { channel, position });
    expect(answer.payload).toMatchObject({ channel, recovered: false });
    expect(answer.payload['epoch']).not.toBe(position.epoch);
    const stream = await TestStream.follow(node.url, [channel], { token: bystander.user.token, lastEventId });
    expect(stream.subscribed(channel)).toMatchObject({ recovered: false });
    await acknowledgeMore(PER_SECOND / 2);
    await eventually('events arrive again', () => socket.offsets(channel).length > 10, 30_000);
    expectDense(Number(answer.payload['offset']), socket.offsets(channel));
    for (const one of [socket, stream]) one.cut();
  }
}

function expectDense(after: number, offsets: readonly number[]): void {
  expect(offsets).toEqual(offsets.map((_, i) => after + 1 + i));
}

interface LastPosition {
  readonly node: ServerProcess;
  readonly position: { readonly epoch: string; readonly offset: number };
  readonly lastEventId: string;
}

function positionsOf({ bystander }: Round, epoch: string): LastPosition[] {
  return gateways().map((node, i) => {
    const socket = bystander.followers[2 * i];
    const stream = bystander.followers[2 * i + 1];
    if (!(socket instanceof TestSocket) || !(stream instanceof TestStream))
      throw new Error('The bystander has no socket and stream on this gateway.');
    return {
      node,
      position: { epoch, offset: socket.offsets(channel).at(-1) ?? 0 },
      lastEventId: stream.lastEventId,
    };
  });
}

async function endRound({ victims, bystander }: Round): Promise<void> {
  for (const { followers } of [...victims, bystander]) for (const follower of followers) follower.cut();
  await eventually(
    'all nodes are ready',
    async () => {
      const ready = await Promise.all(nodes.map((node) => fetch(`${node.url}/health/ready`).catch(() => undefined)));
      return ready.every((answer) => answer?.ok === true);
    },
    60_000,
  );
}

/** Stops the database during `meanwhile` and starts it again without loss. */
async function whileStopped(meanwhile: () => Promise<void> | void): Promise<void> {
  proxy.switchTo(undefined);
  await primary.stop('fast');
  await meanwhile();
  await primary.start();
  proxy.switchTo(primary.port);
  await acknowledgeMore(PER_SECOND / 2);
}

async function epochNow(): Promise<string> {
  return (await headOf(admin, workspaceId, channel)).epoch;
}

describe(`a database under ${PER_SECOND} webhooks a second`, () => {
  it('loses no event and closes no connection with 4501 when it restarts without loss', async () => {
    const round = await prepare();
    const epoch = await epochNow();
    await acknowledgeMore(PER_SECOND);
    await whileStopped(() => undefined);
    expect(await epochNow()).toBe(epoch);
    for (const follower of round.bystander.followers) {
      if (follower instanceof TestSocket) expect(follower.closed).toBeUndefined();
      const offsets = follower.offsets(channel);
      expectDense((offsets[0] ?? 1) - 1, offsets);
    }
    await endRound(round);
  }, 240_000);

  it(
    `voids all positions and delivers no event to revoked members when a lagging standby is promoted, ${ROUNDS} times`,
    async () => {
      let leaks = 0;
      for (let i = 0; i < ROUNDS; i++) {
        let standby = primary;
        await whileStopped(async () => {
          standby = await primary.makeStandby(upstream.port);
        });
        upstream.switchTo(primary.port);
        await standby.start();
        const round = await prepare();
        await primary.caughtUp(standby);
        upstream.switchTo(undefined);
        await changeRights(LOST_CHANGES);
        await acknowledgeMore(PER_SECOND);
        const epoch = await epochNow();
        const before = positionsOf(round, epoch);
        proxy.switchTo(undefined);
        await primary.stop('immediate');
        await standby.promote();
        primary = standby;
        proxy.switchTo(primary.port);
        leaks += await removeRights(round.victims);
        await expectExplicitLoss(round, before);
        await endRound(round);
      }
      recordRun({
        fault: 'a standby that lacks the last commits is promoted',
        options: { HISTORY_ROUNDS: ROUNDS },
        figures: { promotions: ROUNDS, 'events after a revocation': leaks },
      });
      expect(leaks).toBe(0);
    },
    ROUNDS * 300_000,
  );

  it(
    `voids all positions and delivers no event to revoked members when a backup is restored, ${ROUNDS} times`,
    async () => {
      let leaks = 0;
      for (let i = 0; i < ROUNDS; i++) {
        const round = await prepare();
        let backup = '';
        await whileStopped(() => {
          backup = primary.backUp();
        });
        await changeRights(LOST_CHANGES);
        await acknowledgeMore(PER_SECOND);
        const before = positionsOf(round, await epochNow());
        proxy.switchTo(undefined);
        await primary.stop('immediate');
        primary.restore(backup);
        await primary.start();
        proxy.switchTo(primary.port);
        leaks += await removeRights(round.victims);
        await expectExplicitLoss(round, before);
        await endRound(round);
      }
      recordRun({
        fault: 'a backup is restored in place',
        options: { HISTORY_ROUNDS: ROUNDS },
        figures: { restores: ROUNDS, 'events after a revocation': leaks },
      });
      expect(leaks).toBe(0);
    },
    ROUNDS * 300_000,
  );
});
