import { expect } from '../expect.js';
import { FIRST, SECOND } from '../loopback-server.js';
import { expectPosition, delivering, resumed, type Scenario } from '../scenario.js';

const epochs: Scenario = {
  name: 'reloads-in-a-new-epoch',
  reason:
    'After a 4501 the channels have new epochs and offsets: the client reloads, and goes on from the new position.',
  section: 'events-positions-and-resuming',
  async run(stage) {
    const { server, client } = stage;
    const peer = await delivering(stage, 5);
    const before = server.log(FIRST).epoch;
    for (const channel of [FIRST, SECOND]) server.log(channel).reset(2);
    const { epoch } = server.log(FIRST);
    peer.close(4501);
    const second = await server.peer(2);
    // The position of the old epoch: only the server can know that it is worth nothing.
    await expectPosition(second, FIRST, { epoch: before, offset: 5 });
    await client.says('reload', FIRST, 1);
    server.publish(FIRST, 2);
    await client.delivers(FIRST, [1, 2, 3, 4, 5, 3, 4]);
    const last = client.said('event', FIRST).at(-1)?.epoch;
    expect(last === epoch, `The client printed the epoch ${last} for an event of the epoch ${epoch}.`);
    second.drop();
    await resumed(stage, 3, FIRST, 4);
    await client.delivers(FIRST, [1, 2, 3, 4, 5, 3, 4]);
  },
};

const trimmed: Scenario = {
  name: 'reloads-after-a-trim',
  reason: 'An unasked `subscribed` with `recovered: false` says that events are lost: the client reloads, and goes on.',
  section: 'events-positions-and-resuming',
  async run(stage) {
    const { server, client } = stage;
    const peer = await delivering(stage, 1);
    server.log(FIRST).append(4, null);
    server.log(FIRST).trim();
    peer.restart(FIRST);
    await client.says('reload', FIRST, 1);
    server.publish(FIRST, 1);
    await client.delivers(FIRST, [1, 6]);
    peer.drop();
    await resumed(stage, 2, FIRST, 6);
  },
};

const slow: Scenario = {
  name: 'resumes-after-4500',
  reason: 'A slow consumer is closed with 4500. It reconnects with its positions, and reloads nothing.',
  section: 'close-codes',
  async run(stage) {
    const { server, client } = stage;
    const peer = await delivering(stage, 2);
    const reloads = client.said('reload').length;
    server.log(FIRST).append(3, null);
    peer.close(4500);
    await resumed(stage, 2, FIRST, 2);
    await client.delivers(FIRST, [1, 2, 3, 4, 5]);
    expect(client.said('reload').length === reloads, 'The client reloaded although nothing was lost.');
  },
};

export const LOSSES: readonly Scenario[] = [epochs, trimmed, slow];
