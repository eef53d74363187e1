import { setTimeout as delay } from 'node:timers/promises';
import { expect, SLACK_MS, SOON_MS } from '../expect.js';
import { FIRST } from '../loopback-server.js';
import type { Peer } from '../peer.js';
import { delivering, resumed, subscribed, type Scenario, type Stage } from '../scenario.js';

/** Longer than the first delay of a client that does reconnect. */
const WATCHED_MS = 2_500;
const DRAINED_MS = 1_500;
/** Timers end a little early. */
const EARLY_MS = 50;

const waitBetween = (before: Peer, after: Peer): number => after.openedAt - (before.closedAt ?? after.openedAt);

const restart: Scenario = {
  name: 'waits-for-a-restart',
  reason:
    'After `server:draining` a client stays and gets its events; after the 1012 it waits exactly `reconnectInMs`.',
  section: 'close-codes',
  async run(stage) {
    const { server, client } = stage;
    const peer = await subscribed(stage);
    peer.send('server:draining', { reconnectInMs: DRAINED_MS });
    await delay(300);
    server.publish(FIRST, 1);
    await client.delivers(FIRST, [1]);
    expect(peer.isOpen, 'The client left at `server:draining`; the server closes the connection.');
    peer.close(1012);
    const second = await resumed(stage, 2, FIRST, 1);
    const waited = waitBetween(peer, second);
    const isRight = waited >= DRAINED_MS - EARLY_MS && waited <= DRAINED_MS + SLACK_MS;
    expect(
      isRight,
      `The client reconnected ${Math.round(waited)} ms after the close; ${DRAINED_MS} ms were asked for.`,
    );
  },
};

/** The upper bounds of the delays of a client that fails again and again. */
const BOUNDS_MS = [1_000, 2_000, 4_000];
/** A random delay is rarely so short three times in a row: once in 8,000 runs. */
const HOT_MS = 100;

const backOff: Scenario = {
  name: 'backs-off-at-random',
  reason: 'Each failure doubles the bound of the random delay, from 1 s on; a client never reconnects in a loop.',
  section: 'close-codes',
  prepare(server) {
    server.greeting = (peer, place) => {
      if (place !== 2 && place !== 3) return false;
      peer.close(1013, { code: 'connection.unavailable', message: 'Try later.', temporary: true });
      return true;
    };
  },
  async run(stage) {
    const { server } = stage;
    const first = await subscribed(stage);
    first.close(1013);
    const last = await server.peer(4, BOUNDS_MS.reduce((sum, bound) => sum + bound) + 2 * SLACK_MS);
    await last.subscription(FIRST);
    const waits = BOUNDS_MS.map((_, place) => waitOf(server.peers, place));
    const late = waits.findIndex((waited, place) => waited > (BOUNDS_MS[place] ?? 0) + SLACK_MS);
    const text = waits.map((waited) => `${Math.round(waited)} ms`).join(', ');
    expect(late === -1, `The client waited ${text}; the bounds are ${BOUNDS_MS.join(', ')} ms.`);
    expect(
      waits.some((waited) => waited > HOT_MS),
      `The client reconnects at once after each failure: ${text}.`,
    );
  },
};

function waitOf(peers: readonly Peer[], place: number): number {
  const [before, after] = [peers[place], peers[place + 1]];
  return before === undefined || after === undefined ? Infinity : waitBetween(before, after);
}

const STOPPING: ReadonlyArray<readonly [code: number, meaning: string]> = [
  [1008, 'a message in too many fragments'],
  [1009, 'a frame that is too large'],
  [4003, 'the user is disabled'],
  [4400, 'protocol abuse'],
];

const stopsAfter = ([code, meaning]: (typeof STOPPING)[number]): Scenario => ({
  name: `stops-after-${code}`,
  reason: `After ${code} (${meaning}) a client does not reconnect, and tells the application.`,
  section: 'close-codes',
  async run(stage) {
    (await subscribed(stage)).close(code);
    await stage.client.says('closed');
    await staysAway(stage, 1, `The client reconnected after ${code}.`);
  },
});

async function staysAway({ server }: Stage, connections: number, violated: string): Promise<void> {
  await delay(WATCHED_MS);
  expect(server.peers.length === connections, violated);
}

const unauthenticated: Scenario = {
  name: 'needs-new-credentials-after-4001',
  reason:
    'After 4001 a client reconnects only with other credentials; without them it stops and tells the application.',
  section: 'close-codes',
  async run({ server, client }) {
    const first = await subscribed({ server, client });
    first.close(4001, { code: 'auth.session-ended', message: 'The session has ended.', temporary: false });
    await delay(WATCHED_MS);
    const isSame = server.peers.slice(1).some(({ token }) => token === first.token);
    expect(!isSame, 'The client reconnected with the credential that was refused.');
    if (server.peers.length === 1) await client.says('closed');
  },
};

const expired: Scenario = {
  name: 'renews-after-4401',
  reason: 'After 4401 a client reconnects with a new token and its positions.',
  section: 'close-codes',
  async run(stage) {
    const { server } = stage;
    const first = await delivering(stage, 1);
    first.close(4401, { code: 'auth.token-expired', message: 'The token has expired.', temporary: false });
    const second = await resumed(stage, 2, FIRST, 1);
    expect(second.token !== first.token, 'The client reconnected with the token that had expired.');
    expect(server.issued.includes(second.token ?? ''), 'The token is not one that the token endpoint has issued.');
  },
};

const TOKEN_SECONDS = 4;

const lives: Scenario = {
  name: 'outlives-its-token',
  reason: 'A client renews its token with `auth:refresh` in time, or comes back with a new one after the 4401.',
  section: 'close-codes',
  prepare(server) {
    server.tokenSeconds = TOKEN_SECONDS;
    const renewed = new WeakSet<Peer>();
    server.answering = ({ type, payload }, peer) => {
      if (type === 'auth:refresh' && server.issued.at(-1) === payload['token']) renewed.add(peer);
      return false;
    };
    server.greeting = (peer, place) => {
      const end = () => {
        if (!renewed.has(peer)) peer.close(4401);
      };
      if (place === 1) setTimeout(end, TOKEN_SECONDS * 1_000).unref();
      return false;
    };
  },
  async run(stage) {
    const { server, client } = stage;
    const first = await subscribed(stage);
    server.publish(FIRST, 1);
    await delay(TOKEN_SECONDS * 1_000);
    const peer = first.isOpen ? first : await server.peer(2);
    await peer.subscription(FIRST);
    server.publish(FIRST, 1);
    await client.delivers(FIRST, [1, 2], SOON_MS);
    expect(peer === first || peer.token !== first.token, 'The client reconnected with the token that had expired.');
  },
};

export const CLOSE_CODES: readonly Scenario[] = [
  restart,
  backOff,
  ...STOPPING.map(stopsAfter),
  unauthenticated,
  expired,
  lives,
];
