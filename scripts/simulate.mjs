// Sends realistic, signed webhooks to a running server: `npm run simulate -- github pull_request.opened`.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadSender, pick, providerNames, renewed, secretFor } from './simulate/deliveries.mjs';
import { greet } from './simulate/handshakes.mjs';
import { Server } from './simulate/server.mjs';

const USAGE = `npm run simulate -- <provider> [event] [options]

  event        the sender's event name: pull_request, pull_request.opened; default: a small selection
  --all        all examples (of this event)
  --count n    send n deliveries, repeating the examples if necessary
  --rate n     send n per second without waiting for responses; default: one after the other
  --same       send each one twice, so that the second one is a duplicate
  --url url    the server; default: TIDINGS_URL or http://localhost:3000
  --handshake  make the handshakes of the sender, and print the answers
  --list       list the providers, or the events of one

Signs in with ADMIN_EMAIL and ADMIN_PASSWORD, or with the credentials that the first start wrote to DATA_DIR.`;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: 'boolean' },
      count: { type: 'string' },
      rate: { type: 'string' },
      same: { type: 'boolean' },
      url: { type: 'string' },
      list: { type: 'boolean' },
      handshake: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [provider, event] = positionals;
  const url = (values.url ?? process.env.TIDINGS_URL) || `http://localhost:${process.env.PORT || 3000}`;
  if (!URL.canParse(url)) throw new Error(`${url} is not a server URL.`);
  const [count, rate] = ['count', 'rate'].map((name) => positiveNumber(name, values[name]));
  return { ...values, provider, event, count, rate, url: url.replace(/\/+$/, '') };
}

function positiveNumber(name, text) {
  if (text === undefined || Number(text) > 0) return text && Number(text);
  throw new Error(`--${name} requires a number above 0.`);
}

async function list(name) {
  if (name === undefined) return console.log((await providerNames()).join('\n'));
  const { examples } = await loadSender(name);
  console.log([...new Set(examples.map(({ type }) => type))].toSorted().join('\n'));
}

function choose(examples, { provider, event, all, count }) {
  const found = event === undefined && all ? examples : pick(examples, event);
  if (found.length === 0)
    throw new Error(`${provider} has no event ${event}. See: npm run simulate -- ${provider} --list`);
  const wanted = count ?? (all || event === undefined ? found.length : 1);
  return Array.from({ length: wanted }, (_, i) => found[i % found.length]);
}

async function simulate(options) {
  const sender = await loadSender(options.provider);
  const chosen = options.handshake ? [] : choose(sender.examples, options);
  const server = new Server(options.url);
  await server.signIn();
  const { secret, isOfExamples } = await secretFor(sender);
  if (isOfExamples)
    console.log(`The source has the key of the examples: only ${options.provider} could sign for another.`);
  if (options.handshake) return greet(sender, server, secret);
  const source = await server.source(sender.provider, sender.fixtures.options, secret);
  if (sender.fixtures.publications !== undefined) return simulateThere(server, source, chosen);
  const tally = new Map();
  const deliveryIds = new Set();

  async function send(delivery) {
    const { url, secret, options } = source;
    const request = sender.signedRequest(sender.fixtures, delivery, { secret, url, options, now: new Date() });
    const response = await server.send(request);
    const answer = await response.json().catch(() => ({}));
    // Not every sender gets a JSON response; the header contains the delivery id in all cases.
    const id = response.headers.get('tidings-delivery-id');
    const duplicate = answer.duplicate === true || deliveryIds.has(id);
    if (id !== null) deliveryIds.add(id);
    const { eventType, title } = sender.provider.describe(request);
    console.log(`${response.status}${duplicate ? ' duplicate' : ''}  ${eventType}  ${title}`);
    tally.set(response.status, (tally.get(response.status) ?? 0) + 1);
  }

  const startedAt = performance.now();
  const underWay = [];
  for (const [i, example] of chosen.entries()) {
    const delivery = renewed(sender, example);
    const sent = send(delivery).then(() => options.same && send(delivery));
    // Failures are reported at the end, by Promise.all.
    sent.catch(() => undefined);
    underWay.push(sent);
    if (options.rate === undefined) await sent;
    else await delay(startedAt + ((i + 1) * 1000) / options.rate - performance.now());
  }
  await Promise.all(underWay);
  console.log(`\n${[...tally].map(([status, times]) => `${times} × ${status}`).join(', ')}  ${source.url}`);
  if ([...tally.keys()].some((status) => status >= 300)) process.exitCode = 1;
}

/** The published key of the sender verifies its requests, so the server signs and verifies with a key of its own. */
async function simulateThere(server, source, chosen) {
  console.log('Only the sender has the private key to the one that it publishes: the server tests the source itself.');
  for (const { type } of chosen) {
    const { event, title } = await server.test(source, type);
    console.log(`202  ${event}  ${title}`);
  }
  console.log(`\n${chosen.length} × 202  ${source.url}`);
}

try {
  const options = readArguments();
  if (options.list) await list(options.provider);
  else if (options.help || options.provider === undefined) console.log(USAGE);
  else await simulate(options);
} catch (error) {
  const isUnbuilt = error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes('/dist/');
  console.error(isUnbuilt ? 'There is no build: run `npm run build`, or `npm start`.' : error.message);
  process.exitCode = 1;
}
