import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { draftFrame, type FrameDraft } from '../support/isolation/draft-frame.js';
import { draftRequest, unknownThings } from '../support/isolation/draft-request.js';
import { operations, type Operation } from '../support/isolation/operations.js';
import { type Choices, Dice } from '../support/dice.js';
import { closeConnections, rawCall, type RawAnswer } from '../support/isolation/raw-call.js';
import { has } from '../support/isolation/made-things.js';
import { makeTenant, inventedThings, type Tenant, type Things } from '../support/isolation/tenant.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { type Frame, TestSocket } from '../support/socket.js';
import { TestStream } from '../support/stream.js';

/** The number of requests and frames. 20,000 take less than a minute. */
const TRIES = Number(process.env['ISOLATION_TRIES'] ?? 2_400);
const SEED = Number(process.env['ISOLATION_SEED'] ?? Date.now() % 2 ** 31);
const PAIRS_OF_REQUESTS = 30;
const PAIRS_OF_FRAMES = 20;
const AT_ONCE = 6;

/** The victims: workspaces with the same names and with every field that a body can have. */
const STRAIGHT: Choices = {
  chance: (probability) => probability >= 0.5,
  below: () => 0,
  pick: ([first]) => first,
};

interface Attacker {
  readonly name: string;
  readonly api: Api;
  readonly own: Tenant | undefined;
  readonly isAdmin?: boolean;
}

let tidings: RunningTidings;
let receiver: Receiver;
let tenants: [Tenant, Tenant, Tenant];
let attackers: Attacker[];
const nobodys = inventedThings();
/** Violations, each with the request that led to it. */
const findings: string[] = [];
const tally = { requests: 0, frames: 0, refused: 0, ownContent: 0, ownEvents: 0, called: new Set<string>() };

beforeAll(async () => {
  receiver = await startReceiver();
  const ours = { OUTBOUND_TO_LOOPBACK: 'true', EXPO_PUSH_URL: `${receiver.url}/expo` };
  tidings = await startTidings(ours);
  const tenant = () => makeTenant(tidings, receiver.url);
  tenants = [await tenant(), await tenant(), await tenant()];
  const [first, second] = tenants;
  attackers = [
    { name: 'an owner', api: first.owner, own: first },
    { name: 'a member', api: first.member, own: first },
    { name: 'the other owner', api: second.owner, own: second },
    { name: 'an administrator without a workspace of these', api: tidings.api, own: undefined, isAdmin: true },
    { name: 'a user without any', api: await signUp(tidings.api, 'stranger@example.com'), own: undefined },
  ];
}, 60_000);
afterAll(async () => {
  closeConnections();
  await tidings?.stop();
  await receiver?.close();
});

/** The canaries in a text that its reader must not get, except for text that the reader sent. */
function leaks(text: string, sent: string, { own, isAdmin }: Pick<Attacker, 'own' | 'isAdmin'>): string[] {
  const hidden = tenants
    .filter((tenant) => tenant !== own)
    .flatMap(({ canaries }) => [...canaries.content, ...(isAdmin === true ? [] : canaries.people)]);
  const secrets = tenants.flatMap(({ canaries }) => canaries.secrets);
  // A caller may write an id in capitals, and the answer repeats it as it is stored.
  const isSent = (canary: string) => sent.toLowerCase().includes(canary.toLowerCase());
  return [...hidden, ...secrets].filter((canary) => text.includes(canary) && !isSent(canary));
}

const sentBy = new Map<Attacker, string[]>();

function note(attacker: Attacker, sent: string): void {
  sentBy.set(attacker, [...(sentBy.get(attacker) ?? []), sent]);
}

/** The text that an answer may repeat: an export contains what its reader has sent before. */
const repeatable = (attacker: Attacker, { id }: Operation, sent: string): string =>
  id === 'exportWorkspace' ? (sentBy.get(attacker) ?? []).join('\n') : sent;

const ownThings = ({ own }: Attacker): Things => own?.things ?? nobodys;
const report = (what: string, who: Attacker, sent: string, got: string): void => {
  findings.push(`${what}: ${who.name} sent ${sent.slice(0, 600)} and got ${got.slice(0, 600)}`);
};

/** Removes the differences between two equivalent responses: the request id and the names that were sent. */
function alike(text: string, names: readonly string[]): string {
  const unnamed = names.reduce((rest, name) => rest.replaceAll(name, '<name>'), text);
  return unnamed.replaceAll(/"(?:requestId|id)":"[^"]*"|"ts":\d+/g, '');
}

/** Calls about the caller's own login: they name nothing foreign, and would end the login. */
const isOwnLogin = ({ path }: Operation): boolean => path.startsWith('/v1/auth/') || path === '/v1/me/password';

/** Excludes what an administrator may do to other users, and what would change resources that are checked later. */
const mayTry = (operation: Operation, { own, isAdmin }: Attacker): boolean => {
  const { path, method } = operation;
  const readsOwn = own !== undefined && path === '/v1/notifications/read';
  // Administrators see more of a user than whether it exists.
  const isOfUsers = path.startsWith('/v1/users') && (method !== 'GET' || path.startsWith('/v1/users/{'));
  return !isOwnLogin(operation) && !readsOwn && !(isAdmin === true && isOfUsers);
};

interface Try {
  readonly operation: Operation;
  readonly attacker: Attacker;
  readonly victim: Tenant;
  /** Sends the same request twice. */
  readonly choices: () => Choices;
}

/** @returns the status of the response about a resource of the victim */
async function tryRequest({ operation, attacker, victim, choices }: Try): Promise<number | undefined> {
  const own = ownThings(attacker);
  const [foreign, missing] = await Promise.all(
    [victim.things, nobodys].map(async (theirs) => {
      const draft = draftRequest(choices(), operation, { own, theirs });
      const sent = `${draft.method} ${draft.path} ${draft.body ?? ''}`;
      note(attacker, sent);
      const answer = await rawCall(tidings.url, attacker.api.token, draft);
      tally.requests++;
      const leaked = leaks(answer.text, repeatable(attacker, operation, sent), attacker);
      if (leaked.length > 0) report(`foreign ${leaked.join()}`, attacker, sent, answer.body);
      if (answer.status >= 500 || answer.status === 401)
        report(`answered ${answer.status}`, attacker, sent, answer.body);
      if (attacker.own?.canaries.content.some((canary) => answer.text.includes(canary))) tally.ownContent++;
      if (answer.status === 404) tally.refused++;
      return { answer, sent };
    }),
  );
  tally.called.add(operation.id);
  if (foreign === undefined || missing === undefined) return undefined;
  // The key of a source is the permission to send to it: any caller with the key may send webhooks.
  if (operation.path.startsWith('/webhooks/')) return undefined;
  const said = ({ status, contentType, body }: RawAnswer, things: Things): string =>
    `${status} ${status < 400 ? '' : contentType + alike(body, Object.values(things))}`;
  const [forbidden, absent] = [said(foreign.answer, victim.things), said(missing.answer, nobodys)];
  if (forbidden !== absent) report(`unlike what is missing, ${absent}`, attacker, foreign.sent, forbidden);
  return foreign.answer.status;
}

/** Stays subscribed to the channels of its own workspace throughout. */
async function tryFrames(random: Dice, attacker: Attacker, victim: Tenant): Promise<void> {
  const socket = await TestSocket.connect(tidings.url, attacker.api.token);
  const own = ownThings(attacker);
  const joined = await socket.ask('workspace:join', { workspaceId: own.workspaceId });
  const ownChannels = [`user:${attacker.api.userId}`, ...((joined.payload['channels'] as string[] | undefined) ?? [])];
  const pairs: { foreign: FrameDraft; missing: FrameDraft }[] = [];
  for (let pair = 0; pair < PAIRS_OF_FRAMES; pair++) {
    const seed = random.below(2 ** 31);
    const credential = victim.owner.token;
    const foreign = draftFrame(new Dice(seed), { own, theirs: victim.things, credential });
    pairs.push({ foreign, missing: draftFrame(new Dice(seed), { own, theirs: nobodys, credential }) });
    for (const [kind, { type, payload }] of Object.entries(pairs[pair] ?? {}))
      socket.send(type, payload, `${kind}-${pair}`);
    tally.frames += 2;
  }
  const wanted = [...ownChannels, ...['webhooks', 'workspace'].map((noun) => `${noun}:${victim.things.workspaceId}`)];
  const stream = await openStream(attacker, wanted, victim);
  await victim.receive();
  await attacker.own?.receive();
  const answerTo = (id: string): Frame | undefined => socket.frames.find((frame) => frame.id === id);
  await eventually('all responses', () =>
    pairs.every((_, pair) => answerTo(`foreign-${pair}`) && answerTo(`missing-${pair}`)),
  );
  const ownEvents = (): Frame[] => socket.frames.filter(({ offset, channel }) => offset !== undefined && channel);
  if (attacker.own !== undefined) await eventually('an event of its own', () => ownEvents().length > 0);
  if (attacker.own !== undefined) await eventually('the same event in the stream', () => hasEvent(stream));
  socket.cut();
  stream.cut();
  tally.ownEvents += ownEvents().length + stream.frames.filter(({ offset }) => offset !== undefined).length;
  for (const [pair, { foreign, missing }] of pairs.entries()) {
    const [forbidden, absent] = [answerTo(`foreign-${pair}`), answerTo(`missing-${pair}`)];
    const [one, other] = [unnamed(forbidden, foreign), unnamed(absent, missing)];
    // The position in the attacker's own channel changes between two frames.
    const same = forbidden?.type === 'subscribed' ? absent?.type === 'subscribed' : one === other;
    if (!same) report(`unlike what is missing, ${other}`, attacker, JSON.stringify([foreign, missing]), one);
  }
  checkFrames(socket, { attacker, ownChannels, sent: ({ id }) => sentWith(id, pairs) });
  checkFrames(stream, { attacker, ownChannels, sent: () => wanted.join() });
  if (socket.closed !== undefined) report(`closed ${socket.closed.code}`, attacker, 'frames', '');
}

/** Subscribes to foreign channels beside its own, from their beginning. */
function openStream({ api }: Attacker, channels: readonly string[], victim: Tenant): Promise<TestStream> {
  tally.frames++;
  return TestStream.open(tidings.url, channels, { token: api.token, lastEventId: `${victim.things.epoch}.0` });
}

const hasEvent = ({ frames }: TestStream): boolean => frames.some(({ offset }) => offset !== undefined);

/** A frame without the text that the attacker sent: an answer to a name may repeat it. */
function unnamed(frame: Frame | undefined, { payload }: FrameDraft): string {
  const names = [payload['workspaceId'], payload['channel']].map((name) =>
    JSON.stringify(name)?.replaceAll(/^"|"$/g, ''),
  );
  return alike(
    JSON.stringify(frame),
    names.filter((name) => name !== undefined),
  );
}

interface Sent {
  readonly attacker: Attacker;
  readonly ownChannels: readonly string[];
  /** The sent text that a frame may repeat. */
  readonly sent: (frame: Frame) => string;
}

function sentWith(id: Frame['id'], pairs: readonly { foreign: FrameDraft }[]): string {
  const [, pair] = /^foreign-(\d+)$/.exec(String(id)) ?? [];
  return pair === undefined ? '' : JSON.stringify(pairs[Number(pair)]?.foreign);
}

function checkFrames({ frames }: TestSocket | TestStream, { attacker, ownChannels, sent: sentFor }: Sent): void {
  for (const frame of frames) {
    const text = JSON.stringify(frame);
    const sent = sentFor(frame);
    const leaked = leaks(text, sent, attacker);
    if (leaked.length > 0) report(`foreign ${leaked.join()}`, attacker, sent, text);
    const followed = frame.type === 'subscribed' ? frame.payload['channel'] : frame.offset && frame.channel;
    if (typeof followed === 'string' && !ownChannels.includes(followed))
      report('a foreign channel', attacker, sent, text);
  }
}

/** Resources that only members of their workspace may change. */
async function stateOf({ owner, things }: Tenant): Promise<unknown> {
  const at = async (rest: string) => (await owner.get<{ items: Record<string, unknown>[] }>(rest)).body.items;
  const ws = `/v1/workspaces/${things.workspaceId}`;
  const one = async (path: string) => {
    const { status, body } = await owner.get(path);
    return status === 200 ? body : status;
  };
  return {
    endpoint: await one(`${ws}/endpoints/${things.endpointId}`),
    message: await one(`${ws}/endpoints/${things.endpointId}/messages/${things.messageId}`),
    task: await one(`${ws}/tasks/${things.taskId}`),
    document: await one(`${ws}/documents/${things.documentId}`),
    versions: await one(`${ws}/documents/${things.documentId}/versions`),
    notification: await one(`/v1/notifications/${things.notificationId}`),
    subscriptions: await one('/v1/push-subscriptions'),
    members: await at(`${ws}/members`),
    role: (await at(`${ws}/roles`)).find(({ name }) => name === things.role),
    // Anybody may send to a source, which notes when.
    sources: (await at(`${ws}/sources`))
      .slice(0, 2)
      .map((source) => ({ ...source, lastSeenAt: null, lastRefusedAt: null })),
  };
}

const readingsOfEndpoint = (endpoints: string, id: string, messageId: string): [string, string][] => [
  ['its endpoints', endpoints],
  ['a message to one', `${endpoints}/${id}/messages/${messageId}`],
];

const readings = ({ workspaceId: id, endpointId, messageId }: Things): [string, string][] => [
  ['the workspace', `/v1/workspaces/${id}`],
  ['its members', `/v1/workspaces/${id}/members`],
  ['its roles', `/v1/workspaces/${id}/roles`],
  ['its sources', `/v1/workspaces/${id}/sources`],
  ['its deliveries', `/v1/workspaces/${id}/deliveries`],
  ...(has('createEndpoint') ? readingsOfEndpoint(`/v1/workspaces/${id}/endpoints`, endpointId, messageId) : []),
  ['its events', `/v1/workspaces/${id}/events?channel=webhooks:${id}`],
  ['its audit trail', `/v1/workspaces/${id}/audit`],
  ['the profile of its owner', '/v1/me'],
];

describe('the canaries', () => {
  it('are in every resource of a workspace, where the search finds them', async () => {
    const [tenant] = tenants;
    for (const [what, path] of readings(tenant.things)) {
      const answer = await rawCall(tidings.url, tenant.owner.token, { method: 'GET', path, body: undefined });
      expect([what, answer.status, leaks(answer.text, '', { own: undefined }).length > 0]).toEqual([what, 200, true]);
      expect(leaks(answer.text, '', { own: tenant })).toEqual([]);
    }
  });
});

describe('a workspace', () => {
  it(`leaks no byte, and is indistinguishable from an unknown one: seed ${SEED}`, async () => {
    const before = await Promise.all(tenants.map(stateOf));
    const random = new Dice(SEED);
    for (let round = 0; tally.requests + tally.frames < TRIES; round++) {
      const attacker = attackers[round % attackers.length] ?? attackers[0];
      if (attacker === undefined) throw new Error('There is no attacker.');
      const victim = random.pick(tenants.filter((tenant) => tenant !== attacker.own) as [Tenant, ...Tenant[]]);
      const possible = operations.filter((operation) => mayTry(operation, attacker));
      // Each attacker sends every call in turn.
      const first = Math.floor(round / attackers.length) * PAIRS_OF_REQUESTS;
      const drafts = Array.from({ length: PAIRS_OF_REQUESTS }, (_, i) => {
        return { seed: random.below(2 ** 31), operation: possible[(first + i) % possible.length] };
      });
      const work = drafts.values();
      const worker = async (): Promise<void> => {
        for (const { seed, operation } of work)
          if (operation) await tryRequest({ operation, attacker, victim, choices: () => new Dice(seed) });
      };
      await Promise.all([...Array.from({ length: AT_ONCE }, worker), tryFrames(random, attacker, victim)]);
    }
    console.log(`seed ${SEED}:`, { ...tally, called: tally.called.size, findings: findings.length });
    expect(findings.slice(0, 20)).toEqual([]);
    expect(await Promise.all(tenants.map(stateOf))).toEqual(before);
  }, 600_000);

  it('delivers its events to its own endpoints only', async () => {
    if (!has('createEndpoint')) return;
    for (const tenant of tenants) {
      const [path] = tenant.canaries.content;
      const got = await eventually('the events that were sent to it', () => {
        const received = receiver.received.filter((request) => request.path === `/${path}`);
        return received.length > 0 && received;
      });
      const texts = got.map(({ headers, body }) => JSON.stringify([headers, body]));
      expect(texts.filter((text) => text.includes(String(path))).length).toBeGreaterThan(0);
      expect(texts.flatMap((text) => leaks(text, '', { own: tenant }))).toEqual([]);
    }
  });

  it('was attacked with every call of the description, and the attacks were meaningful', () => {
    const tried = operations.filter((operation) => !isOwnLogin(operation)).map(({ id }) => id);
    expect([...tally.called].toSorted()).toEqual(tried.toSorted());
    expect(tally.requests + tally.frames).toBeGreaterThanOrEqual(TRIES);
    expect(Math.min(tally.refused, tally.ownContent, tally.ownEvents)).toBeGreaterThan(TRIES / 200);
  });
});

/**
 * All calls that name a resource, except calls that are public, name a new member or event type, or are about the
 * processes of the installation, which only its administrators may make.
 */
const naming = operations.filter(
  ({ id, path }) =>
    /\{(?!ws\}|sourceKey\}|kind\})/.test(path) &&
    !path.startsWith('/v1/system/') &&
    !path.startsWith('/v1/auth/') &&
    !['putMember', 'previewMember', 'previewRemoval', 'putEventType'].includes(id),
);

describe('a resource of a workspace', () => {
  it('is known to this test by its kind in every call that names one', () => {
    expect(naming.flatMap(unknownThings)).toEqual([]);
    expect(naming.length).toBeGreaterThan(20);
  });

  it('is not found and stays unchanged for users without access, in every call that names one', async () => {
    const victim = tenants[2];
    const before = await stateOf(victim);
    const choices = () => STRAIGHT;
    const reached: [string, number | undefined][] = [];
    for (const attacker of attackers)
      for (const operation of naming.filter((one) => mayTry(one, attacker))) {
        const status = await tryRequest({ operation, attacker, victim, choices });
        // Owners have every permission at home, so only the resource itself can cause the rejection.
        if (attacker.name === 'an owner') reached.push([operation.id, status]);
      }
    expect(findings).toEqual([]);
    // Except for calls that require an administrator of the installation.
    expect(reached.filter(([, status]) => status !== 404)).toEqual([
      ['changeUser', 403],
      ['removeUser', 403],
      ['listUserSessions', 403],
      ['endUserSessions', 403],
      ['endUserSession', 403],
      ['createUserToken', 403],
    ]);
    expect(await stateOf(victim)).toEqual(before);
  });
});

describe('a ticket of another user', () => {
  it('does not authenticate after it was used, and is not an access token', async () => {
    const [mine, theirs] = tenants;
    const { body } = await theirs.owner.post<{ ticket: string }>('/v1/realtime/tickets');
    const rightful = await TestSocket.connect(tidings.url, body.ticket, { via: 'ticket' });
    rightful.cut();
    const second = await TestSocket.open(tidings.url, { token: body.ticket, via: 'ticket' });
    expect((await second.waitForClose()).code).toBe(4001);
    expect(leaks(JSON.stringify(second.frames), '', { own: mine })).toEqual([]);
    const { body: fresh } = await theirs.owner.post<{ ticket: string }>('/v1/realtime/tickets');
    const socket = await TestSocket.connect(tidings.url, mine.owner.token, { path: `/ws?ticket=${fresh.ticket}` });
    expect(socket.ofType('connected')[0]?.payload['userId']).toBe(mine.owner.userId);
    expect(await socket.ask('auth:refresh', { token: fresh.ticket })).toMatchObject({ type: 'error' });
    expect(await socket.ask('auth:refresh', { token: theirs.owner.token })).toMatchObject({
      type: 'error',
      payload: { code: 'auth.other-user' },
    });
    socket.cut();
  });
});
