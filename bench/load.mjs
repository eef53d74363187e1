/**
 * The load client: posts webhooks and, on a WebSocket in the same process and so by the same clock, sees their events
 * arrive. Takes one command at a time from its parent and answers with figures.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection } from './load/http-connection.mjs';
import { SignedRequest } from './load/signed-requests.mjs';
import { Subscriber } from './load/subscriber.mjs';
import { summary } from './statistics.mjs';

const { port, secret, target } = JSON.parse(process.argv[2]);
const lanes = [];
const subscriber = target.socket && (await Subscriber.open(port, target.socket));

/** Connections are made once, so that no phase measures connecting. */
async function openLanes(count) {
  while (lanes.length < count) {
    const request = new SignedRequest({ path: target.path, secret, place: lanes.length });
    lanes.push({ request, connection: await HttpConnection.open(port) });
  }
  return lanes.slice(0, count);
}

class Tally {
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
    this.posted.set(JSON.parse(body).deliveryId, startedAt);
  }
}

/** Every connection posts as fast as it is answered, until `count` were sent or `seconds` are over. */
async function flood(connections, { count = Infinity, seconds = Infinity }) {
  const tally = new Tally();
  const opened = await openLanes(connections);
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1_000;
  let left = count;
  const run = async (lane) => {
    while (left > 0 && performance.now() < endAt) {
      left -= 1;
      await tally.post(lane);
    }
  };
  await Promise.all(opened.map(run));
  return { tally, startedAt };
}

/** A fixed rate, whatever the answers do: a slow answer must not slow the sender down and so hide itself. */
async function pace({ perSecond, seconds }) {
  const tally = new Tally();
  const idle = [...(await openLanes(50))];
  const startedAt = performance.now();
  const underWay = [];
  for (let sent = 0; sent < perSecond * seconds; sent++) {
    const wait = startedAt + (sent * 1_000) / perSecond - performance.now();
    if (wait > 0) await delay(wait);
    const lane = idle.shift();
    if (lane === undefined) throw new Error('All connections wait for an answer.');
    underWay.push(tally.post(lane).then(() => idle.push(lane)));
  }
  await Promise.all(underWay);
  return { tally, startedAt };
}

/** From the POST to the frame of each delivery; throws when one is missing or came twice. */
async function arrivals(tally) {
  await subscriber.waitFor(tally.posted.size);
  await delay(50);
  if (subscriber.frames !== tally.posted.size) {
    throw new Error(`${tally.posted.size} webhooks were accepted and ${subscriber.frames} frames arrived.`);
  }
  return [...tally.posted].map(([id, postedAt]) => {
    const arrivedAt = subscriber.arrivals.get(id);
    if (arrivedAt === undefined) throw new Error(`No frame for delivery ${id}.`);
    return arrivedAt - postedAt;
  });
}

const commands = {
  async flood({ connections, ...limits }) {
    subscriber?.reset();
    const { tally, startedAt } = await flood(connections, limits);
    const accepted = tally.posted.size;
    const figures = {
      accepted,
      refused: tally.refused,
      acceptRate: (accepted * 1_000) / (tally.lastAt - startedAt),
      answer: summary(tally.milliseconds),
    };
    if (subscriber === undefined) return figures;
    const frame = summary(await arrivals(tally));
    return { ...figures, frame, endToEndRate: (accepted * 1_000) / (subscriber.lastAt - startedAt) };
  },

  async pace(limits) {
    subscriber?.reset();
    const { tally } = await pace(limits);
    const figures = { accepted: tally.posted.size, refused: tally.refused, answer: summary(tally.milliseconds) };
    return subscriber === undefined ? figures : { ...figures, frame: summary(await arrivals(tally)) };
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
