import { eventually, expect } from '../expect.js';
import { FIRST, SECOND } from '../loopback-server.js';
import { expectPosition, delivering, resumed, subscribed, type Scenario } from '../scenario.js';

const authenticates: Scenario = {
  name: 'authenticates',
  reason: 'A client sends a credential with its connection; one that offers subprotocols offers `tidings.v1`.',
  section: 'connecting',
  async run(stage) {
    const { token, protocols } = await subscribed(stage);
    expect(token !== undefined, 'The connection had no credential, neither in a subprotocol nor in a header.');
    expect(stage.server.issued.includes(token ?? ''), 'The credential is not one that the token endpoint has issued.');
    const offersBearer = protocols.some((protocol) => protocol.startsWith('bearer.'));
    expect(!offersBearer || protocols.includes('tidings.v1'), 'The subprotocols do not include `tidings.v1`.');
  },
};

const delivers: Scenario = {
  name: 'delivers-in-order',
  reason: 'Each event is delivered once and in the order of its channel, whatever its type.',
  section: 'events-positions-and-resuming',
  async run(stage) {
    const { server, client } = stage;
    await subscribed(stage);
    for (let round = 0; round < 3; round++) {
      server.publish(FIRST, 2);
      server.publish(SECOND, 1);
    }
    await client.delivers(FIRST, [1, 2, 3, 4, 5, 6]);
    await client.delivers(SECOND, [1, 2, 3]);
    const [event] = client.said('event', FIRST);
    const { epoch } = server.log(FIRST);
    expect(event?.epoch === epoch, `The client printed the epoch ${event?.epoch}; that of the channel is ${epoch}.`);
  },
};

const pongs: Scenario = {
  name: 'answers-pings',
  reason: 'The server drops a connection that does not answer its pings.',
  section: 'connecting',
  async run(stage) {
    const peer = await subscribed(stage);
    peer.ping();
    await eventually('The client did not answer a ping in 5 s.', () => peer.pongs > 0);
  },
};

const resumes: Scenario = {
  name: 'resumes-from-its-position',
  reason: 'After a lost connection, a client subscribes from the last event that it has delivered: no gap, no repeat.',
  section: 'events-positions-and-resuming',
  async run(stage) {
    const { server, client } = stage;
    const peer = await delivering(stage, 3);
    peer.drop();
    server.publish(FIRST, 2);
    const reloads = client.said('reload').length;
    const second = await resumed(stage, 2, FIRST, 3);
    await expectPosition(second, SECOND, { epoch: server.log(SECOND).epoch, offset: 0 });
    await client.delivers(FIRST, [1, 2, 3, 4, 5]);
    server.publish(FIRST, 1);
    await client.delivers(FIRST, [1, 2, 3, 4, 5, 6]);
    expect(client.said('reload').length === reloads, 'The client reloaded although nothing was lost.');
  },
};

const advances: Scenario = {
  name: 'advances-by-position',
  reason: 'A `position` frame replaces an event that this connection has caused: the client goes on from there.',
  section: 'events-positions-and-resuming',
  async run(stage) {
    const { server, client } = stage;
    const peer = await delivering(stage, 1);
    const log = server.log(FIRST);
    log.append(1, null);
    peer.send('position', { channel: FIRST, epoch: log.epoch, offset: 2 });
    server.publish(FIRST, 1);
    await client.delivers(FIRST, [1, 3]);
    log.append(1, null);
    peer.send('position', { channel: FIRST, epoch: log.epoch, offset: 4 });
    // The answer to a ping, or the close, comes behind it.
    peer.close(1013);
    await resumed(stage, 2, FIRST, 4);
    await client.delivers(FIRST, [1, 3]);
  },
};

const BURST = 20_000;
const BURST_MS = 60_000;
const UNREAD_BYTES = 1_048_576;

const burst: Scenario = {
  name: 'takes-a-burst',
  reason: 'A client that leaves 1 MiB unread is closed with 4500, and resumes: the log keeps its events.',
  section: 'limits',
  async run(stage) {
    const { server, client } = stage;
    await subscribed(stage);
    const payload = { text: 'x'.repeat(300) };
    const offsets = Array.from({ length: BURST }, (_, place) => place + 1);
    const closeSlow = setInterval(() => {
      for (const peer of server.peers) if (peer.isOpen && peer.unread > UNREAD_BYTES) peer.close(4500);
    }, 1_000);
    try {
      for (let sent = 0; sent < BURST; sent += 500) {
        server.publish(FIRST, 500, payload);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await client.delivers(FIRST, offsets, BURST_MS);
    } finally {
      clearInterval(closeSlow);
    }
  },
};

export const DELIVERY: readonly Scenario[] = [authenticates, delivers, pongs, resumes, advances, burst];
