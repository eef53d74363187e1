/**
 * The load client: posts webhooks and receives their events on a WebSocket in the same process, so that one clock
 * measures both. It takes one command at a time from its parent and answers with figures.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection } from './load/http-connection.mjs';
import { PublishRequest, SignedRequest } from './load/signed-requests.mjs';
import { Subscriber } from './load/subscriber.mjs';
import { summary } from './statistics.mjs';

const { port, secret, target } = JSON.parse(process.argv[2]);
/** How to make a request, and the id that its answer and its frame share. */
const kinds = {
  webhook: { make: (index) => new SignedRequest({ ...target, secret, index }), idOf: ({ deliveryId }) => deliveryId },
  publish: { make: (index) => new PublishRequest({ ...target, index }), idOf: ({ events }) => events[0].id },
};
const kind = kinds[target.kind ?? 'webhook'];
const connections = [];
const subscriber = target.socket && (await Subscriber.open(port, target.socket));

/** Reuses connections across phases, so that no phase measures connecting. */
async function openConnections(count) {
  while (connections.length < count) {
    const request = kind.make(connections.length);
    connections.push({ request, connection: await HttpConnection.open(port) });
  }
  return connections.slice(0, count);
}

class RequestLog {
  posted = new Map();
  milliseconds = [];
  refused = {};
  lastAt = 0;

  async post({ connection, request }) {
    const startedAt = performance.now();
    const { status, body } = await connection.send(request.next());
    this.lastAt = performance.now();
    if (status < 200 || status > 299) {
      this.refused[status] = (this.refused[status] ?? 0) + 1;
      return;
    }
    this.milliseconds.push(this.lastAt - startedAt);
    this.posted.set(kind.idOf(JSON.parse(body)), startedAt);
  }
}

/** Posts on every connection in a closed loop, until `count` requests are sent or `seconds` have passed. */
async function flood(connectionCount, { count = Infinity, seconds = Infinity }) {
  const requests = new RequestLog();
  const opened = await openConnections(connectionCount);
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1_000;
  let left = count;
  const run = async (connection) => {
    while (left > 0 && performance.now() < endAt) {
      left -= 1;
      await requests.post(connection);
    }
  };
  await Promise.all(opened.map(run));
  return { requests, startedAt };
}

/**
 * Posts at a fixed rate: waiting for slow answers would hide them (coordinated omission).
 * @param atMost posts less while every connection waits for an answer, instead of failing
 */
async function pace({ perSecond, seconds, atMost = false }) {
  const requests = new RequestLog();
  const idle = [...(await openConnections(50))];
  const startedAt = performance.now();
  const inFlight = [];
  for (let sent = 0; sent < perSecond * seconds; sent++) {
    const wait = startedAt + (sent * 1_000) / perSecond - performance.now();
    if (wait > 0) await delay(wait);
    const connection = idle.shift();
    if (connection === undefined && atMost) continue;
    if (connection === undefined) throw new Error('Every connection is waiting for an answer.');
    inFlight.push(requests.post(connection).then(() => idle.push(connection)));
  }
  await Promise.all(inFlight);
  return { requests, startedAt };
}

/** Milliseconds from the POST to the frame of each delivery. Throws when a frame is missing or duplicated. */
async function arrivals(requests) {
  await subscriber.waitFor(requests.posted.size);
  await delay(50);
  if (subscriber.frames !== requests.posted.size) {
    throw new Error(`${requests.posted.size} webhooks were accepted and ${subscriber.frames} frames arrived.`);
  }
  return [...requests.posted].map(([id, postedAt]) => {
    const arrivedAt = subscriber.arrivals.get(id);
    if (arrivedAt === undefined) throw new Error(`No frame for delivery ${id}.`);
    return arrivedAt - postedAt;
  });
}

const commands = {
  async flood({ connections, ...limits }) {
    subscriber?.reset();
    const { requests, startedAt } = await flood(connections, limits);
    const accepted = requests.posted.size;
    const figures = {
      accepted,
      refused: requests.refused,
      acceptRate: (accepted * 1_000) / (requests.lastAt - startedAt),
      answer: summary(requests.milliseconds),
    };
    if (subscriber === undefined) return figures;
    const frame = summary(await arrivals(requests));
    return { ...figures, frame, endToEndRate: (accepted * 1_000) / (subscriber.lastAt - startedAt) };
  },

  async pace(limits) {
    subscriber?.reset();
    const { requests, startedAt } = await pace(limits);
    const figures = {
      accepted: requests.posted.size,
      refused: requests.refused,
      milliseconds: requests.lastAt - startedAt,
      answer: summary(requests.milliseconds),
    };
    return subscriber === undefined ? figures : { ...figures, frame: summary(await arrivals(requests)) };
  },
};

process.on('message', ({ command, ...limits }) => {
  commands[command](limits).then(
    (figures) => process.send({ figures }),
    (error) => process.send({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
