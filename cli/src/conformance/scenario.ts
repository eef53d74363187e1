import type { ClientProcess } from './client-process.js';
import { expect } from './expect.js';
import { FIRST, SECOND, type LoopbackServer } from './loopback-server.js';
import type { Peer } from './peer.js';

/** The two sides of a scenario. */
export interface Stage {
  readonly server: LoopbackServer;
  readonly client: ClientProcess;
}

export interface Scenario {
  readonly name: string;
  /** The rule, for the author of a client. */
  readonly reason: string;
  /** The heading of docs/protocol.md that states the rule, as the anchor of a link. */
  readonly section: string;
  /** Directs the server before the client starts. */
  prepare?(server: LoopbackServer): void;
  /** @throws Violation */
  run(stage: Stage): Promise<void>;
}

/** A program may need this long to start and to subscribe. */
const START_MS = 20_000;

/** Waits until the client has subscribed to both channels on its first connection. */
export async function subscribed({ server, client }: Stage): Promise<Peer> {
  const peer = await server.peer(1, START_MS);
  for (const channel of [FIRST, SECOND]) {
    const position = await peer.subscription(channel, START_MS);
    expect(position === undefined, `The client has never been connected and sent the position ${json(position)}.`);
    await client.says('reload', channel);
  }
  return peer;
}

/** As `subscribed`; then the client delivers the first `count` events of the first channel. */
export async function delivering(stage: Stage, count: number): Promise<Peer> {
  const peer = await subscribed(stage);
  stage.server.publish(FIRST, count);
  await stage.client.delivers(
    FIRST,
    Array.from({ length: count }, (_, place) => place + 1),
  );
  return peer;
}

/** Waits for the connection with this number and its subscription to a channel from a position. */
export async function resumed({ server }: Stage, place: number, channel: string, offset: number): Promise<Peer> {
  const peer = await server.peer(place);
  await expectPosition(peer, channel, { epoch: server.log(channel).epoch, offset });
  return peer;
}

export async function expectPosition(
  peer: Peer,
  channel: string,
  expected: { readonly epoch: string; readonly offset: number },
): Promise<void> {
  const position = await peer.subscription(channel);
  const isRight = position?.epoch === expected.epoch && position.offset === expected.offset;
  expect(
    isRight,
    `The client subscribed to ${channel} with the position ${json(position)}; expected was ${json(expected)}.`,
  );
}

const json = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));
