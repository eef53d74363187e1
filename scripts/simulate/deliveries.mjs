import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const PROVIDERS = '../../dist/webhooks/providers';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const MIN_ID_LENGTH = 6;
/** A selection of events, used without an event argument. */
const DEFAULT_EVENTS = [
  'push',
  'pull_request.opened',
  'issues.opened',
  'issue_comment.created',
  'star.created',
  'fork',
];

/** @returns {Promise<{ provider, fixtures, examples, signedRequest }>} everything needed to act as this sender */
export async function loadSender(name) {
  const { loadProviders } = await import(`${PROVIDERS}/load-providers.js`);
  const providers = await loadProviders();
  const provider = providers.get(name);
  if (provider === undefined) {
    throw new Error(`There is no provider ${name}. There are: ${[...providers.keys()].join(', ')}.`);
  }
  const { loadFixtures, signedRequest } = await import(`${PROVIDERS}/fixtures.js`);
  const fixtures = await loadFixtures(name);
  const examples = name === 'github' ? githubExamples() : fixtures.examples;
  return { provider, fixtures, examples: examples.map(named), signedRequest };
}

export async function providerNames() {
  const { loadProviders } = await import(`${PROVIDERS}/load-providers.js`);
  return [...(await loadProviders()).keys()];
}

/** An event with an action, `issues.opened`, or all its actions, `issues`. Without an event, some examples. */
export function pick(examples, event) {
  const matching = examples.filter(({ type }) => type === event || type.startsWith(`${event}.`));
  if (event !== undefined) return matching;
  const selection = DEFAULT_EVENTS.map((type) => examples.find((example) => example.type === type));
  return selection.every((example) => example !== undefined) ? selection : examples;
}

/** The same delivery with a new id, so that it is not a duplicate of earlier ones. */
export function renewed({ provider, fixtures }, example) {
  const { options = {} } = fixtures;
  const idOf = ({ headers, body }) => provider.deliveryId({ headers, body: Buffer.from(body), url: '' }, { options });
  const id = idOf(example);
  // Some senders' ids consist of several fields. Short parts are skipped, since they may occur elsewhere.
  const names = id === undefined ? [] : [id, ...id.split(':')].filter((name) => name.length >= MIN_ID_LENGTH);
  const renamed = names.map((name) => rename(example, name)).find((candidate) => idOf(candidate) !== id);
  return renamed ?? { ...example, body: marked(example.body) };
}

function rename({ headers, body, ...rest }, id) {
  const fresh = UUID.test(id) ? randomUUID() : `${id}-${randomBytes(6).toString('hex')}`;
  const replaced = (text) => text.replaceAll(id, fresh);
  const renamedHeaders = Object.entries(headers).map(([name, value]) => [name, replaced(value)]);
  return {
    ...rest,
    headers: Object.fromEntries(renamedHeaders),
    body: typeof body === 'string' ? replaced(body) : body,
  };
}

/** Adds a marker without changing the content type. */
function marked(body) {
  const simulated = randomUUID();
  if (typeof body !== 'string') return Buffer.concat([body, Buffer.from(simulated)]);
  if (body.startsWith('{')) return JSON.stringify({ ...JSON.parse(body), simulated });
  if (body.startsWith('[')) return JSON.stringify(JSON.parse(body).map((item) => ({ ...item, simulated })));
  return /^[\w.%-]+=\S*$/.test(body) ? `${body}&simulated=${simulated}` : `${body}\n${simulated}\n`;
}

const named = (example) => ({ ...example, type: example.type ?? example.expected.eventType });

/** Real deliveries of GitHub. */
function githubExamples() {
  const events = createRequire(import.meta.url)('@octokit/webhooks-examples');
  return events.flatMap(({ name, examples }) =>
    examples.map((payload) => ({
      type: payload.action === undefined ? name : `${name}.${payload.action}`,
      headers: { 'content-type': 'application/json', 'x-github-event': name, 'x-github-delivery': randomUUID() },
      body: JSON.stringify(payload),
    })),
  );
}
