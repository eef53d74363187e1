import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { Dice } from '../support/dice.js';
import { eventually } from '../support/eventually.js';
import { TestSocket, type Frame } from '../support/socket.js';
import { TestStream } from '../support/stream.js';
import { makeSource, post } from '../support/webhooks.js';

/*
 * Members with random rights follow the webhooks of a workspace on two nodes, over sockets and streams that are cut and
 * resumed, and read the log over REST, while their right to bodies is taken and given back. All times are of this
 * process.
 */

const SEED = Number(process.env['BODIES_SEED'] ?? Date.now() % 1_000_000);
const MEMBERS = 6;
const ROUNDS = Number(process.env['BODIES_ROUNDS'] ?? 40);
const SECRETS = { JWT_SECRET: 'j'.repeat(40), SECRETS_KEY: Buffer.alloc(32, 7).toString('base64') };

/** A period in which the answer to a change of rights holds: from that answer to the request of the next change. */
interface Period {
  readonly seesBodies: boolean;
  readonly from: number;
  to: number;
}

/** An event as one reader got it. */
interface Sighting {
  /** The number in its body or, without one, in its title. */
  readonly n: number;
  readonly offset: number;
  readonly hasBody: boolean;
  /** When the connection or the request began, and when the event arrived. */
  readonly openedAt: number;
  readonly at: number;
  readonly via: string;
}

const now = (): number => performance.now();
const dice = new Dice(SEED);
const postedAt = new Map<number, number>();

let nodes: readonly [RunningTidings, RunningTidings];
let admin: Api;
let workspace: string;
let channel: string;

beforeAll(async () => {
  const first = await startTidings(SECRETS);
  nodes = [first, await startTidings({ ...SECRETS, DATABASE_URL: first.databaseUrl, ROLE: 'gateway' })];
  admin = first.api;
  workspace = `/v1/workspaces/${first.workspaceId}`;
  channel = `webhooks:${first.workspaceId}`;
  for (const [name, permissions] of [
    ['reader', ['webhooks:read']],
    ['seer', ['webhooks:read', 'webhooks:bodies']],
  ]) {
    await admin.post(`${workspace}/roles`, { name, permissions });
  }
}, 60_000);
afterAll(async () => {
  await nodes?.[1].stop();
  await nodes?.[0].stop();
});

/** A client that follows the channel from its last event on, over whatever connection it has. */
class Follower {
  readonly seen: Sighting[] = [];
  private client: TestSocket | TestStream | undefined;
  private openedAt = 0;
  private taken = 0;
  private position: object | undefined;
  private lastEventId: string | undefined;

  constructor(
    readonly user: Api,
    private readonly via: 'socket' | 'stream',
  ) {}

  async open(): Promise<void> {
    this.openedAt = now();
    const { url } = dice.pick(nodes);
    const { token } = this.user;
    if (this.via === 'stream') {
      this.watch(await TestStream.follow(url, [channel], { token, lastEventId: this.lastEventId }));
      return;
    }
    const socket = await TestSocket.connect(url, token);
    await socket.ask('subscribe', { channel, position: this.position });
    this.watch(socket);
  }

  async reopen(): Promise<void> {
    this.take();
    const { client } = this;
    client?.cut();
    this.client = undefined;
    if (client instanceof TestStream) this.lastEventId = client.lastEventId;
    const subscribed = client?.ofType('subscribed').findLast(({ payload }) => payload['channel'] === channel)?.payload;
    this.position = subscribed && { ...subscribed, offset: this.seen.at(-1)?.offset ?? subscribed['offset'] };
    await this.open();
  }

  close(): void {
    this.client?.cut();
  }

  /** Notes when events arrive, to within a few milliseconds. */
  private watch(client: TestSocket | TestStream): void {
    this.client = client;
    this.taken = 0;
    const timer = setInterval(() => {
      if (this.client === client) this.take();
      else clearInterval(timer);
    }, 1).unref();
  }

  private take(): void {
    const events = this.client?.events(channel) ?? [];
    for (const event of events.slice(this.taken)) {
      this.seen.push(sightingOf(event, { openedAt: this.openedAt, via: this.via }));
    }
    this.taken = events.length;
  }
}

function sightingOf(event: Frame, how: Pick<Sighting, 'openedAt' | 'via'>): Sighting {
  const { title, body } = event.payload as { title: string; body?: { n: number } };
  const n = Number(/\d+/.exec(title)?.[0]);
  if (body !== undefined && body.n !== n) throw new Error(`Event ${n} has the body of ${body.n}.`);
  return { n, offset: event.offset ?? 0, hasBody: body !== undefined, at: now(), ...how };
}

/** A member whose rights change. */
class Member {
  readonly periods: Period[] = [];
  readonly read: Sighting[] = [];

  constructor(
    readonly user: Api,
    readonly followers: readonly Follower[],
  ) {}

  async changeRights(seesBodies: boolean): Promise<void> {
    const last = this.periods.at(-1);
    if (last !== undefined) last.to = now();
    const rights = seesBodies
      ? dice.pick([
          { role: 'member' },
          { role: 'viewer', grant: ['webhooks:bodies'] },
          { role: 'seer' },
          { role: 'reader', grant: ['webhooks:bodies'] },
        ])
      : dice.pick([
          { role: 'viewer' },
          { role: 'member', deny: ['webhooks:bodies'] },
          { role: 'viewer', grant: ['webhooks:bodies'], deny: ['webhooks:bodies'] },
          { role: 'reader' },
        ]);
    const { status } = await admin.put(`${workspace}/members/${this.user.userId}`, rights);
    if (status !== 200) throw new Error(`The rights were not changed: ${status}`);
    this.periods.push({ seesBodies, from: now(), to: Number.POSITIVE_INFINITY });
  }

  async readLog(): Promise<void> {
    const openedAt = now();
    const { body } = await this.user.get<{ items: Frame[] }>(`${workspace}/events?channel=${channel}&latest=50`);
    for (const event of body.items) this.read.push(sightingOf(event, { openedAt, via: 'rest' }));
  }

  /** Events that this member saw against the rights of the time. */
  get wrong(): Sighting[] {
    return [...this.read, ...this.followers.flatMap(({ seen }) => seen)].filter((one) =>
      this.periods.some(({ seesBodies, from, to }) => isWithin(one, from, to) && one.hasBody !== seesBodies),
    );
  }

  /** How many events show that the rights matter. */
  count(seesBodies: boolean): number {
    const all = this.followers.flatMap(({ seen }) => seen);
    return all.filter(({ hasBody }) => hasBody === seesBodies).length;
  }
}

/** Whether an event was written within a period for sure: it was posted, or asked for, after its start. */
const isWithin = ({ n, openedAt, at }: Sighting, from: number, to: number): boolean =>
  at < to && ((postedAt.get(n) ?? 0) >= from || openedAt >= from);

async function join(number: number): Promise<Member> {
  const user = await signUp(admin, `member-${number}@example.com`);
  const followers = [new Follower(user, 'socket'), new Follower(user, 'stream'), new Follower(user, 'socket')];
  const member = new Member(user, followers);
  await member.changeRights(number % 2 === 0);
  for (const follower of followers) await follower.open();
  return member;
}

async function postUntil(url: string, isOver: () => boolean): Promise<number> {
  let n = 0;
  while (!isOver()) {
    postedAt.set(++n, now());
    const pad = 'x'.repeat(dice.chance(0.2) ? 20_000 : 10);
    await post(url, JSON.stringify({ title: `number ${n}`, n, pad }), { 'content-type': 'application/json' });
    await delay(dice.below(10));
  }
  return n;
}

it(`a body reaches only members with webhooks:bodies, whatever happens (BODIES_SEED=${SEED})`, async () => {
  const source = await makeSource(admin, nodes[0].workspaceId, { provider: 'open', include: 'body' });
  const members = await Promise.all(Array.from({ length: MEMBERS }, (_, i) => join(i)));
  let isOver = false;
  const posting = postUntil(source.url, () => isOver);
  for (let round = 0; round < ROUNDS; round++) {
    const member = dice.pick(members as [Member, ...Member[]]);
    await Promise.all([
      member.changeRights(dice.chance(0.5)),
      dice.chance(0.5) ? dice.pick(members as [Member, ...Member[]]).readLog() : undefined,
      dice.chance(0.7) ? dice.pick(member.followers as [Follower]).reopen() : undefined,
    ]);
    if (dice.chance(0.5)) await member.readLog();
    if (dice.chance(0.5)) await dice.pick(member.followers as [Follower]).reopen();
    await delay(dice.below(60));
  }
  isOver = true;
  const posted = await posting;
  const followers = members.flatMap((member) => member.followers);
  await eventually('every follower has every event', () => followers.every(({ seen }) => seen.at(-1)?.n === posted));
  for (const follower of followers) follower.close();
  for (const { seen } of followers) {
    const [first = 1] = seen.map(({ offset }) => offset);
    expect(seen.map(({ offset }) => offset)).toEqual(seen.map((_, i) => first + i));
  }
  expect(members.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(members.reduce((sum, member) => sum + member.count(true), 0)).toBeGreaterThan(posted);
  expect(members.reduce((sum, member) => sum + member.count(false), 0)).toBeGreaterThan(posted);
}, 120_000);

it('a client that has not read its events is disconnected when it loses the right to bodies, and resumes', async () => {
  const include = 'body' as const;
  const source = await makeSource(admin, nodes[0].workspaceId, { provider: 'open', include, dedupWindowSeconds: 0 });
  const user = await signUp(admin, 'slow@example.com');
  const member = `${workspace}/members/${user.userId}`;
  await admin.put(member, { role: 'member' });
  const [slow, keen] = [
    await TestSocket.connect(nodes[0].url, user.token),
    await TestSocket.connect(nodes[0].url, user.token),
  ];
  const start = await slow.ask('subscribe', { channel });
  await keen.ask('subscribe', { channel });
  slow.socket.pause();
  const body = JSON.stringify({ title: 'number 0', n: 0, pad: 'x'.repeat(30_000) });
  const COUNT = 500;
  for (let posted = 0; posted < COUNT; posted += 50) {
    await Promise.all(Array.from({ length: 50 }, () => post(source.url, body, { 'content-type': 'application/json' })));
  }
  await eventually('another client has every event', () => keen.events(channel).length >= COUNT, 30_000);
  await admin.put(member, { role: 'viewer' });
  slow.socket.resume();
  // On a slow machine it is closed as a slow consumer before.
  expect([1006, 4500]).toContain((await slow.waitForClose()).code);
  const offset = slow.offsets(channel).at(-1) ?? start.payload['offset'];
  const resumed = await TestSocket.connect(nodes[0].url, user.token);
  await resumed.ask('subscribe', { channel, position: { ...start.payload, offset } });
  await eventually(
    'the rest arrives',
    () => resumed.events(channel).at(-1)?.offset === keen.events(channel).at(-1)?.offset,
  );
  expect(slow.events(channel).length + resumed.events(channel).length).toBe(COUNT);
  expect(resumed.events(channel).some(({ payload }) => 'body' in payload)).toBe(false);
  // A client that reads keeps its connection.
  expect(keen.closed).toBeUndefined();
  for (const socket of [resumed, keen]) socket.cut();
}, 60_000);
