import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, signUp, textOf } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { Contract, type Call } from '../support/fuzz/contract.js';
import { Dice } from '../support/dice.js';
import {
  deletedWorkspace,
  devicesOf,
  linksOf,
  sessionsOf,
  transferableWorkspace,
} from '../support/fuzz/known-accounts.js';
import { RequestMaker, type FuzzRequest, type Known } from '../support/fuzz/make-request.js';
import { eventually } from '../support/eventually.js';
import { startGithubApi, type GithubApi } from '../support/github-api.js';
import { note } from '../support/notices.js';
import { TestSocket } from '../support/socket.js';
import { makeSource, post } from '../support/webhooks.js';

/** The total over all operations, so that a new operation does not lengthen the test. */
const REQUESTS = 3_500;
const CONCURRENT_REQUESTS = 6;
const SPARE = 25;
const SPARE_ENDPOINTS = 15;
const UNUSED_URL = 'http://127.0.0.1:9/';
const SPARE_SESSIONS = 12;
const SESSION_PASSWORD = 'a password of spare sessions';
const ENDS_SESSIONS = /^\/v1\/(?:auth\/(?:logout|refresh)|me\/password)/;
/**
 * Tests of their own show the success of these: it is a redirect to an issuer, a stream that lasts, the retry of a
 * failed job, or the end of the workspace that all other calls need.
 */
const SHOWN_ELSEWHERE = new Set(['beginSignIn', 'completeSignIn', 'traceConnection', 'retryQueue', 'deleteWorkspace']);
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

let tidings: RunningTidings;
let github: GithubApi;
let contract: Contract;
let known: Known;
let callers: [Api, ...Api[]];
/** Sessions for calls that end sessions, which would otherwise end the sessions of all other calls. */
let sessions: Session[];

beforeAll(async () => {
  github = await startGithubApi();
  github.hooks.set('/repos/octo/hello/hooks/1', []);
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true', GITHUB_API_URL: github.url });
  contract = await Contract.of(tidings.url);
  known = await fill(tidings);
  const { api, workspaceId } = tidings;
  const people = await Promise.all(['member', 'viewer', 'stranger'].map((name) => signUp(api, `${name}@example.com`)));
  for (const [place, role] of ['member', 'viewer'].entries()) {
    await api.put(`/v1/workspaces/${workspaceId}/members/${people[place]?.userId}`, { role });
  }
  // The administrator is the most frequent caller, because most calls of the others are refused early.
  sessions = await Promise.all(Array.from({ length: SPARE_SESSIONS }, (_, place) => openSession(place)));
  callers = [api, api, api, ...people, new Api(tidings.url)];
}, 60_000);

afterAll(async () => {
  await tidings.stop();
  await github.close();
});

/** Makes a trusted backend: only an API key may issue tokens for other users. */
async function backendOf({ api, url }: RunningTidings): Promise<Api> {
  const { body } = await api.post<{ key: string }>('/v1/api-keys', { name: 'backend', scopes: ['users:impersonate'] });
  return Object.assign(new Api(url), { token: body.key });
}

interface Session {
  readonly token: string;
  readonly cookie: string;
}

async function openSession(place: number): Promise<Session> {
  const email = `session${place}@example.com`;
  await tidings.api.post('/v1/users', { email, password: SESSION_PASSWORD });
  const login = { email, password: SESSION_PASSWORD };
  const { headers, body } = await new Api(tidings.url).post<{ accessToken: string }>('/v1/auth/login', login);
  return { token: body.accessToken, cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}

/** Makes notifications for the administrator. */
async function makeNotifications(workspaceId: string): Promise<string[]> {
  await note(tidings.app, workspaceId, ...['one', 'two', 'three'].map((title) => ({ title })));
  return eventually('the administrator has three notifications', async () => {
    const { body } = await tidings.api.get<{ items: Array<{ id: string }> }>('/v1/notifications');
    return body.items.length >= 3 && body.items.map(({ id }) => id);
  });
}

/** Makes endpoints that may be deleted, one that stays, and a message to it. No server listens at their URL. */
async function endpointsOf(workspaceId: string) {
  const { api } = tidings;
  const base = `/v1/workspaces/${workspaceId}/endpoints`;
  const make = async () =>
    (await api.post<{ id: string }>(base, { name: 'spare', url: UNUSED_URL, eventTypes: ['task:created'] })).body.id;
  const [kept = '', ...spare] = await Promise.all(Array.from({ length: SPARE_ENDPOINTS }, make));
  await api.post(`/v1/workspaces/${workspaceId}/tasks`, { title: 'sent to endpoints' });
  const message = await eventually('the endpoint has a message', async () => {
    const { body } = await api.get<{ items: Array<{ id: string }> }>(`${base}/${kept}/messages`);
    return body.items[0]?.id;
  });
  const { body: replay } = await api.post(`${base}/${kept}/messages/replays`, { filter: {} });
  // Another one is refused meanwhile.
  await eventually('the replay has ended', async () => {
    const { body } = await api.get(`${base}/${kept}/messages/replays/${String(replay['id'])}`);
    return body['status'] === 'done';
  });
  return { kept, spare, message, replay: replay['id'] };
}

/** Makes a refused request whose source has its secret by now. */
async function refusalOf({ api, workspaceId }: Pick<RunningTidings, 'api' | 'workspaceId'>) {
  const base = `/v1/workspaces/${workspaceId}`;
  const source = await makeSource(api, workspaceId, { provider: 'gitlab' });
  const secret = 'the token that GitLab sends';
  await fetch(source.url, { method: 'POST', headers: { 'x-gitlab-token': secret }, body: '{}' });
  await api.patch(`${base}/sources/${source.id}`, { secrets: [secret] });
  const refusedId = await eventually('the request is refused', async () => {
    const { body } = await api.get<{ items: Array<{ id: string }> }>(`${base}/refused`);
    return body.items[0]?.id;
  });
  return { refusedId, sourceId: source.id };
}

/** Opens a socket. @returns its session id */
async function connectionOf({ url, token }: Api): Promise<string> {
  const socket = await TestSocket.connect(url, token);
  return String(socket.ofType('connected')[0]?.payload['sessionId']);
}

/** Makes enough things of each kind that deletions leave some for later requests. */
async function fill(running: RunningTidings): Promise<Known> {
  const { api, workspaceId, openSourceUrl } = running;
  const base = `/v1/workspaces/${workspaceId}`;
  const spare = Array.from({ length: SPARE }, (_, place) => place);
  const sources = await Promise.all(spare.map(() => makeSource(api, workspaceId, { provider: 'open' })));
  const deliveries = await Promise.all(spare.map((place) => post(openSourceUrl, `delivery ${place}`)));
  const users: string[] = [];
  const roles: string[] = [];
  const keys: string[] = [];
  for (const place of spare) {
    const email = `spare${place}@example.com`;
    const made = await api.post<{ id: string }>('/v1/users', { email, password: `password of ${email}` });
    users.push(made.body.id);
    const key = await api.post<{ id: string }>('/v1/api-keys', { name: email, scopes: ['audit:read'] });
    keys.push(key.body.id);
    await api.put(`${base}/members/${made.body.id}`, { role: 'viewer' });
    roles.push(`spare-${'abcdefghijklmnopqrstuvwxyz'[place]}`);
    await api.post(`${base}/roles`, { name: roles.at(-1), permissions: ['audit:read'] });
  }
  const tasks = await Promise.all(spare.map((place) => api.post(`${base}/tasks`, { title: `task ${place}` })));
  const documents = await Promise.all(
    spare.map((place) => api.post(`${base}/documents`, { title: `minutes ${place}` })),
  );
  const { body: minutes } = await api.post(`${base}/documents`, { title: 'minutes that stay' });
  const { body: version } = await api.post(`${base}/documents/${String(minutes['id'])}/versions`, {});
  const topics = spare.map((place) => `topic:${workspaceId}/spare/${place}`);
  await api.post(`${base}/events`, { events: topics.map((channel) => ({ channel, type: 'spare', payload: null })) });
  const eventTypes = spare.map((place) => `spare:type-${place}`);
  await Promise.all(eventTypes.map((type) => api.put(`${base}/event-types/${type}`, { schema: { type: 'object' } })));
  const lasting = { channel: `topic:${workspaceId}/lasting`, type: 'spare', payload: null };
  const { body: published } = await api.post<{ events: { id: string }[] }>(`${base}/events`, lasting);
  const notifications = await makeNotifications(workspaceId);
  const endpoints = await endpointsOf(workspaceId);
  const refusal = await refusalOf({ api, workspaceId });
  const githubSource = await makeSource(api, workspaceId, { provider: 'github' });
  const replay = await api.post(`${base}/deliveries/replays`, { ids: [deliveries[0]?.deliveryId] });
  const subscriptions: string[] = [];
  for (const place of spare.slice(0, 15)) {
    const expoToken = `ExponentPushToken[spare-${place}]`;
    subscriptions.push((await api.post<{ id: string }>('/v1/push-subscriptions', { expoToken })).body.id);
  }
  const connections = await Promise.all(spare.map(() => connectionOf(api)));
  const links = await linksOf({ api, workspaceId });
  const devices = await devicesOf(running);
  const deleted = await deletedWorkspace(running);
  const transferable = await transferableWorkspace(running);
  const ownSessions = await sessionsOf(running, ADMIN, '/v1/me/sessions');
  const guest = await signUp(api, 'guest@example.com');
  const guestLogin = { email: 'guest@example.com', password: 'password of guest@example.com' };
  const guestSessions = await sessionsOf(running, guestLogin, `/v1/users/${guest.userId}/sessions`);
  const invitations: unknown[] = [];
  for (const place of spare) {
    const email = `revoked${place}@example.com`;
    invitations.push((await api.post('/v1/invitations', { email, workspaceId })).body['id']);
  }
  // Answers by GET as well as by POST.
  const greeted = await makeSource(api, workspaceId, { provider: 'open', options: { handshake: {} } });
  let made = 0;
  const fixed: Readonly<Record<string, readonly unknown[]>> = {
    ws: [workspaceId],
    userId: users,
    sourceKey: [greeted.url.split('/').at(-1)],
    sourceId: sources.map(({ id }) => id),
    'deliveryIds[]': deliveries.map(({ deliveryId }) => deliveryId),
    channel: [`webhooks:${workspaceId}`, `workspace:${workspaceId}`],
    channels: [`webhooks:${workspaceId}`, `workspace:${workspaceId},tasks:${workspaceId}`],
    provider: ['open', 'github', 'stripe'],
    secrets: [[], ['a secret of the fuzzer'], ['one', 'two']],
    role: ['viewer', 'member', 'owner', ...roles],
    permissions: [['audit:read'], [], ['webhooks:read', 'members:read']],
    scopes: [['audit:read'], ['webhooks:read']],
    '/v1/api-keys/{id} id': keys,
    '/v1/system/connections/{id} id': connections,
    '/v1/me/sessions/{id} id': ownSessions,
    '/v1/users/{id}/sessions id': [users[0]],
    '/v1/users/{id}/sessions/{session} id': [guest.userId],
    session: guestSessions,
    '/v1/workspaces/{ws}/restore ws': [deleted],
    '/v1/workspaces/{ws}/transfer ws': [transferable.id],
    '/v1/workspaces/{ws}/transfer userId': [transferable.heirId],
    '/v1/workspaces/{ws}/deliveries/requests ids': deliveries.map(({ deliveryId }) => deliveryId),
    '/v1/me/password current': [SESSION_PASSWORD],
    '/v1/me/password new': [SESSION_PASSWORD, 'another password of it'],
    // Only some of the users: a deleted user can't become a member.
    '/v1/users/{id} id': users.slice(-10),
    '/v1/users/{id} name': ['A new name'],
    '/v1/users/{id}/tokens id': users.slice(0, 10),
    '/v1/users/{id}/status id': users.slice(0, 10),
    '/v1/users/{id}/transactions id': users.slice(0, 10),
    '/v1/workspaces/{ws}/sources/{id} id': sources.map(({ id }) => id),
    '/v1/workspaces/{ws}/sources/{id} name': ['A new name'],
    '/v1/workspaces/{ws}/sources/{id} secrets': [[]],
    '/v1/workspaces/{ws}/deliveries/{id} id': deliveries.map(({ deliveryId }) => deliveryId),
    '/v1/workspaces/{ws}/deliveries/{id}/replay id': deliveries.map(({ deliveryId }) => deliveryId),
    '/v1/workspaces/{ws}/deliveries/{id}/attempts id': deliveries.map(({ deliveryId }) => deliveryId),
    '/v1/workspaces/{ws}/deliveries/replays ids': [[deliveries[0]?.deliveryId]],
    '/v1/workspaces/{ws}/deliveries/replays/{id} id': [replay.body['id']],
    '/v1/workspaces/{ws}/refused/{id} id': [refusal.refusedId],
    '/v1/workspaces/{ws}/refused/{id}/accept id': [refusal.refusedId],
    '/v1/workspaces/{ws}/sources/{id}/try-secret id': [refusal.sourceId],
    '/v1/workspaces/{ws}/sources/{id}/test id': [githubSource.id],
    '/v1/workspaces/{ws}/sources/{id}/test event': ['pull_request'],
    '/v1/tools/identify sourceId': [githubSource.id],
    '/v1/tools/identify url': ['https://example.com/webhooks/key'],
    '/v1/tools/identify headers': [{ 'x-github-event': 'push' }],
    '/v1/tools/identify bodyBase64': ['e30='],
    '/v1/workspaces/{ws}/sources/{id}/reconcile id': [githubSource.id],
    '/v1/workspaces/{ws}/sources/{id}/reconcile token': [github.token],
    '/v1/workspaces/{ws}/sources/{id}/reconcile owner': ['octo'],
    '/v1/workspaces/{ws}/sources/{id}/reconcile repo': ['hello'],
    '/v1/workspaces/{ws}/sources/{id}/reconcile hookId': [1],
    refusedId: [refusal.refusedId],
    '/v1/workspaces/{ws}/roles/{name} name': roles,
    '/v1/workspaces/{ws}/roles/{name}/preview name': [roles.at(-1)],
    '/v1/workspaces/{ws}/tasks/{id} id': tasks.map(({ body }) => body['id']),
    '/v1/workspaces/{ws}/documents/{id} id': documents.map(({ body }) => body['id']),
    '/v1/workspaces/{ws}/documents/{id}/versions id': [minutes['id']],
    '/v1/workspaces/{ws}/documents/{id}/export id': [minutes['id']],
    '/v1/workspaces/{ws}/documents/{id}/versions/{version} id': [minutes['id']],
    '/v1/workspaces/{ws}/documents/{id}/versions/{version}/restore id': [minutes['id']],
    version: [version['id']],
    '/v1/workspaces/{ws}/endpoints url': [UNUSED_URL],
    '/v1/workspaces/{ws}/endpoints/{id} id': endpoints.spare,
    '/v1/workspaces/{ws}/endpoints/{id} url': [UNUSED_URL],
    '/v1/workspaces/{ws}/endpoints/{id}/rotate-secret id': [endpoints.kept],
    '/v1/workspaces/{ws}/endpoints/{id}/stats id': [endpoints.kept],
    '/v1/workspaces/{ws}/endpoints/{id}/test id': [endpoints.kept],
    endpointId: [endpoints.kept],
    eventTypes: [[], ['task:created']],
    '/v1/workspaces/{ws}/endpoints/{endpointId}/messages/{id} id': [endpoints.message],
    '/v1/workspaces/{ws}/endpoints/{endpointId}/messages/{id}/replay id': [endpoints.message],
    '/v1/workspaces/{ws}/endpoints/{endpointId}/messages/replays/{id} id': [endpoints.replay],
    '/v1/workspaces/{ws}/topics channel': topics,
    '/v1/workspaces/{ws}/event-types/{type} type': eventTypes,
    '/v1/workspaces/{ws}/event-types/{type} schema': [{ type: 'object', required: ['a'] }, true],
    '/v1/workspaces/{ws}/events channel': [
      `topic:${workspaceId}/fuzzed`,
      `webhooks:${workspaceId}`,
      `user:${api.userId}`,
    ],
    '/v1/workspaces/{ws}/events type': ['thing:happened'],
    '/v1/workspaces/{ws}/events/{id}/reach id': (published.events ?? []).map(({ id }) => id),
    assigneeId: [null, api.userId],
    before: [null],
    '/v1/notifications/{id} id': notifications,
    '/v1/notifications/{id}/read id': notifications,
    '/v1/notifications/{id}/archive id': notifications,
    '/v1/notification-preferences/{kind} kind': ['webhook.failed'],
    '/v1/notification-preferences/quiet-hours timeZone': ['Europe/Berlin'],
    '/v1/notification-preferences/quiet-hours from': ['22:00'],
    '/v1/notification-preferences/quiet-hours until': ['07:00'],
    '/v1/push-subscriptions/{id} id': subscriptions,
    '/v1/push-subscriptions body': [{ expoToken: 'ExponentPushToken[of-the-fuzzer]' }],
    '/v1/push-subscriptions expoToken': ['ExponentPushToken[of-the-fuzzer]'],
    // Without a mail server, only an administrator can ask for a link, by the id of the user.
    '/v1/password-resets body': [{ userId: users[0] }],
    '/v1/workspaces/{ws}/topics/retention rules': [[{ topics: 'orders/*', maxEvents: 10_000 }], []],
    '/v1/invitations/{id} id': invitations,
    '/v1/invitations workspaceId': [workspaceId],
    '/v1/invitations/look token': [links.look],
    '/v1/invitations/accept token': [links.accept],
    '/v1/invitations/accept password': [SESSION_PASSWORD],
    '/v1/invitations/join token': [links.join],
    '/v1/password-resets/complete token': [links.reset],
    '/v1/password-resets/complete password': [SESSION_PASSWORD],
    '/v1/mcp id': [1],
    '/v1/mcp method': ['tools/list', 'tools/call', 'initialize', 'server/discover'],
    '/v1/mcp params': [{}, { name: 'search_deliveries', arguments: { status: 'failed' } }, { name: 'show_delivery' }],
    '/v1/mcp workspace': [workspaceId],
    '/v1/auth/device/look userCode': [devices.look],
    '/v1/auth/device/approve userCode': [devices.approve],
    '/v1/auth/device/refuse userCode': [devices.refuse],
    '/v1/auth/device/token deviceCode': [devices.approved],
    '/v1/auth/login email': [ADMIN.email],
    '/v1/auth/login password': [ADMIN.password],
  };
  return (path, name) => {
    if (path === '/v1/invitations' && name === 'email') return [`invited${made++}@example.com`];
    if (path === '/v1/users' && name === 'email') return [`fuzz${made++}@example.com`, ADMIN.email];
    if (path === '/v1/workspaces/{ws}/roles' && name === 'name') return [`made-${letters(made++)}`, 'viewer'];
    const [first, ...others] = fixed[`${path} ${name}`] ?? fixed[name] ?? [];
    return first === undefined ? undefined : [first, ...others];
  };
}

const letters = (count: number): string =>
  count.toString().replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');

let sessionCalls = 0;

/** Sends a request and checks its answer against the contract. */
async function check({ path, operation }: Call, request: FuzzRequest, caller: Api) {
  const session = ENDS_SESSIONS.test(path) ? sessions[sessionCalls++ % sessions.length] : undefined;
  const { token } = session ?? caller;
  const response = await fetch(`${tidings.url}${request.path}`, {
    method: request.method,
    headers: {
      ...(session === undefined ? {} : { cookie: session.cookie }),
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const text = await textOf(response);
  const { status } = response;
  const faults = answerFaults(operation, status, response.headers.get('content-type') ?? '', text);
  return { status, faults: faults.map((fault) => `${operation.operationId} ${status} ${fault}`), text };
}

function answerFaults(operation: Call['operation'], status: number, contentType: string, text: string): string[] {
  const documented = contract.answer(operation, status);
  if (status >= 500) return ['is a server error'];
  if (documented === undefined) return ['is not documented'];
  if (documented.content === undefined) return text === '' ? [] : ['has a body that is not documented'];
  const type = contentType.split(';')[0] ?? '';
  const media = documented.content[type];
  if (media === undefined) return [`has the undocumented type ${type}`];
  return /[/+]json$/.test(type) ? contract.faults(media.schema ?? {}, JSON.parse(text)) : [];
}

describe('the OpenAPI document', () => {
  it('covers the status and the body of every answer to thousands of valid and invalid requests', async () => {
    process.stdout.write(`FUZZ_SEED=${seed}\n`);
    const dice = new Dice(seed);
    const maker = new RequestMaker(contract, dice, known);
    const found = new Map<string, string>();
    const succeeded = new Set<string>();
    const ask = async (call: Call, request: FuzzRequest, caller: Api) => {
      const { status, faults, text } = await check(call, request, caller);
      if (status < 300) succeeded.add(call.operation.operationId);
      for (const fault of faults) {
        found.set(
          fault,
          `${request.method} ${request.path} ${JSON.stringify(request.headers)} ${request.body} => ${text}`.slice(
            0,
            700,
          ),
        );
      }
    };
    const backend = await backendOf(tidings);
    const callerOf = ({ operation }: Call) => (operation.operationId === 'createUserToken' ? backend : tidings.api);
    for (const call of contract.calls) await ask(call, maker.plain(call), callerOf(call));
    // A fuzzer whose requests are all refused would find nothing.
    const expected = contract.calls
      .map(({ operation }) => operation.operationId)
      .filter((id) => !SHOWN_ELSEWHERE.has(id));
    expect(expected.filter((id) => !succeeded.has(id))).toEqual([]);
    const rounds = Math.ceil(REQUESTS / contract.calls.length);
    for (let round = 1; round < rounds; round++) {
      const batch = contract.calls.map((call) => () => ask(call, maker.make(call, round / rounds), dice.pick(callers)));
      while (batch.length > 0) await Promise.all(batch.splice(0, CONCURRENT_REQUESTS).map((send) => send()));
    }
    expect(Object.fromEntries(found)).toEqual({});
  }, 180_000);
});
