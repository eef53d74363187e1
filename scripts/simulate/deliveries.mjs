import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const PROVIDERS = '../../dist/webhooks/providers';
const TOOLS = '../../dist/webhooks/tools';
/** A selection of events, used without an event argument. */
const DEFAULT_EVENTS = [
  'push',
  'pull_request.opened',
  'issues.opened',
  'issue_comment.created',
  'star.created',
  'fork',
];

/** @returns everything needed to act as this sender */
export async function loadSender(name) {
  const { loadProviders } = await import(`${PROVIDERS}/load-providers.js`);
  const providers = await loadProviders();
  const provider = providers.get(name);
  if (provider === undefined) {
    throw new Error(`There is no provider ${name}. There are: ${[...providers.keys()].join(', ')}.`);
  }
  const { loadFixtures, publicationsOf, signedRequest } = await import(`${PROVIDERS}/fixtures.js`);
  const { readSecret } = await import(`${PROVIDERS}/secret-forms.js`);
  const { freshExample } = await import(`${TOOLS}/fresh-example.js`);
  const fixtures = await loadFixtures(name);
  const examples = name === 'github' ? githubExamples() : fixtures.examples;
  const tools = { signedRequest, publicationsOf, readSecret, freshExample };
  return { provider, fixtures, examples: examples.map(named), ...tools };
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
export const renewed = ({ freshExample, ...sender }, example) => freshExample(sender, example);

/**
 * A secret for a new source of this sender: a random one if the examples can be signed with it, or else that of the
 * examples, as for senders whose private key only the sender has. Empty: the source takes none.
 */
export async function secretFor({
  provider,
  fixtures,
  examples: [example],
  signedRequest,
  readSecret,
  publicationsOf,
}) {
  if (fixtures.secrets.length === 0) return { secret: '', isOfExamples: false };
  const options = provider.options?.parse(fixtures.options ?? {}) ?? {};
  // Standard Webhooks requires this form, and most providers accept any.
  const random = `whsec_${randomBytes(32).toString('base64')}`;
  const now = new Date();
  try {
    const request = signedRequest(fixtures, example, { secret: random, now, url: 'https://example.com/', options });
    const { keys: secrets = [] } = readSecret(provider, random, options);
    const context = { secrets, options, now, publications: publicationsOf(fixtures) };
    if (await provider.verify(request, context)) return { secret: random, isOfExamples: false };
  } catch {
    // The examples can't be signed with it.
  }
  return { secret: fixtures.secrets[0], isOfExamples: true };
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
