import { setTimeout as delay } from 'node:timers/promises';
import { expect, SOON_MS, eventually } from '../expect.js';
import { FIRST, SECOND } from '../loopback-server.js';
import { delivering, type Scenario } from '../scenario.js';

/** In this time a client may try a refused channel again so many times, for example after it has reconnected. */
const WATCHED_MS = 2_000;
const MAX_TRIES = 3;

const forbidden = { code: 'channel.forbidden', message: 'No such channel.', temporary: false };

const revoked: Scenario = {
  name: 'reports-a-revocation',
  reason:
    'After `subscription:revoked` the application learns that it gets no more events of that channel; others go on.',
  section: 'frames',
  async run(stage) {
    const { server, client } = stage;
    const peer = await delivering(stage, 1);
    server.answering = (frame, at) => {
      if (frame.type !== 'subscribe' || frame.payload['channel'] !== FIRST) return false;
      at.send('error', forbidden, { id: frame.id });
      return true;
    };
    peer.revoke(FIRST);
    await client.says('revoked', FIRST);
    server.publish(SECOND, 1);
    await client.delivers(SECOND, [1]);
    peer.drop();
    const second = await server.peer(2);
    await second.subscription(SECOND);
    server.publish(SECOND, 1);
    await client.delivers(SECOND, [1, 2]);
    await client.delivers(FIRST, [1]);
    await delay(WATCHED_MS);
    const tries = second.subscriptionsTo(FIRST).length;
    expect(tries <= MAX_TRIES, `The client subscribed ${tries} times in 2 s to a channel that is refused.`);
  },
};

const refused: Scenario = {
  name: 'reports-a-refused-channel',
  reason:
    'A channel that is refused is reported, not tried again and again, and keeps no other channel from its events.',
  section: 'errors',
  prepare(server) {
    server.answering = (frame, peer) => {
      if (frame.type !== 'subscribe' || frame.payload['channel'] !== FIRST) return false;
      peer.send('error', forbidden, { id: frame.id });
      return true;
    };
  },
  async run({ server, client }) {
    const peer = await server.peer(1, 4 * SOON_MS);
    await peer.subscription(SECOND, 4 * SOON_MS);
    await client.says('revoked', FIRST);
    server.publish(SECOND, 1);
    await client.delivers(SECOND, [1]);
    await delay(WATCHED_MS);
    const tries = peer.subscriptionsTo(FIRST).length;
    expect(tries <= MAX_TRIES, `The client subscribed ${tries} times in 2 s to a channel that is refused.`);
    expect(server.peers.length === 1, 'The client closed the connection because one channel was refused.');
  },
};

const temporary: Scenario = {
  name: 'repeats-after-a-temporary-error',
  reason: 'An error with `temporary: true` means that the same frame may succeed a little later.',
  section: 'errors',
  prepare(server) {
    let tries = 0;
    server.answering = (frame, peer) => {
      if (frame.type !== 'subscribe' || frame.payload['channel'] !== FIRST || tries++ > 0) return false;
      peer.send('error', { code: 'frame.too-many', message: 'Too many frames.', temporary: true }, { id: frame.id });
      return true;
    };
  },
  async run({ server, client }) {
    const peer = await server.peer(1, 4 * SOON_MS);
    await peer.subscription(FIRST, 4 * SOON_MS);
    const isRepeated = () => server.peers.some((one) => one.subscriptionsTo(FIRST).length > (one === peer ? 1 : 0));
    await eventually('The client did not subscribe again after a temporary error.', isRepeated, 2 * SOON_MS);
    await client.says('reload', FIRST);
    server.publish(FIRST, 1);
    await client.delivers(FIRST, [1]);
  },
};

export const RIGHTS: readonly Scenario[] = [revoked, refused, temporary];
