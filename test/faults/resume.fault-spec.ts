import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { TestSocket } from '../support/socket.js';
import { TestStream } from '../support/stream.js';
import { makeSource, postGithub } from '../support/webhooks.js';

const BEFORE = 25;
const MISSED = 500;

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.dispose();
  server = undefined;
});

describe('a subscriber whose socket and stream were cut at offset n', () => {
  it('receives exactly the missed events, once and in order, after 500 webhooks and a kill -9 of the server', async () => {
    server = await ServerProcess.make();
    await server.start();
    const { api, workspaceId } = await signInAsAdministrator(server.url);
    const source = await makeSource(api, workspaceId, { provider: 'github' });
    const channel = `webhooks:${workspaceId}`;
    const send = async (count: number): Promise<string[]> => {
      const sent: string[] = [];
      for (let i = 0; i < count; i++) {
        const answer = await postGithub(source, { body: JSON.stringify({ after: randomUUID() }) });
        expect(answer.status).toBe(202);
        sent.push(answer.deliveryId);
      }
      return sent;
    };

    const before = await TestSocket.connect(server.url, api.token);
    const { payload } = await before.ask('subscribe', { channel });
    const streamBefore = await TestStream.follow(server.url, [channel], { token: api.token });
    await send(BEFORE);
    await eventually('the first events arrive', () =>
      [before, streamBefore].every((one) => one.events(channel).length === BEFORE),
    );
    before.cut();
    streamBefore.cut();

    const missed = await send(MISSED);
    await server.kill();
    await server.start();

    const restarted = performance.now();
    const after = await TestSocket.connect(server.url, api.token);
    const position = { epoch: payload['epoch'], offset: BEFORE };
    const resumed = await after.ask('subscribe', { channel, position });
    expect(resumed).toMatchObject({ type: 'subscribed', payload: { recovered: true, offset: BEFORE } });
    const { lastEventId } = streamBefore;
    const streamAfter = await TestStream.follow(server.url, [channel], { token: api.token, lastEventId });
    const live = await send(1);
    const hasAll = () => [after, streamAfter].every((one) => one.events(channel).length > MISSED);
    await eventually('all missed events arrive', hasAll, 30_000);
    console.log(`all events arrived ${Math.round(performance.now() - restarted)} ms after the restart`);
    expect(after.offsets(channel)).toEqual(Array.from({ length: MISSED + 1 }, (_, i) => BEFORE + 1 + i));
    // The kill may interrupt two batches, and the later one may be processed first, so only the set is compared.
    const arrived = after.events(channel).map((event) => event.payload['deliveryId']);
    expect(arrived.toSorted()).toEqual([...missed, ...live].toSorted());
    expect(streamAfter.events(channel)).toEqual(after.events(channel));
    after.cut();
    streamAfter.cut();
  }, 120_000);
});

describe('a server that gets SIGTERM', () => {
  it('exits within 10 seconds, tells its sockets and streams to reconnect, and restarts on the same data', async () => {
    server = await ServerProcess.make();
    await server.start();
    const { api } = await signInAsAdministrator(server.url);
    const socket = await TestSocket.connect(server.url, api.token);
    const stream = await TestStream.follow(server.url, [], { token: api.token });
    const { code, tookMs } = await server.terminate();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    expect((await socket.waitForClose()).code).toBe(1012);
    expect(stream.ended).toBe(true);
    for (const one of [socket, stream]) expect(one.ofType('server:draining')).toHaveLength(1);
    const startedInMs = await server.start();
    console.log(`SIGTERM to exit ${Math.round(tookMs)} ms, second start ${Math.round(startedInMs)} ms`);
    await signInAsAdministrator(server.url);
  }, 60_000);
});
