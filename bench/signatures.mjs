/** Measures the time in which each provider verifies a signature: `node bench/signatures.mjs`. See README.md. */
import { loadFixtures, publicationsOf, signedRequest } from '../dist/webhooks/providers/fixtures.js';
import { loadProviders } from '../dist/webhooks/providers/load-providers.js';

const BODY_BYTES = 5_000;
const ROUNDS = 15;
const ROUND_MS = 20;

const now = new Date();
const url = 'https://tidings.example.com/webhooks/k3y';

const rows = [];
for (const provider of (await loadProviders()).values()) {
  if (provider.secrets === 'none') continue;
  rows.push(await measure(provider, await loadFixtures(provider.name)));
}
rows.sort((a, b) => a.micros - b.micros);
console.log(`| provider | µs | bytes | event loop |\n| --- | ---: | ---: | --- |`);
for (const { name, micros, bytes, isAsync } of rows)
  console.log(`| ${name} | ${micros.toFixed(1)} | ${bytes} | ${isAsync ? 'free' : 'held'} |`);

async function measure(provider, fixtures) {
  const [secret = ''] = fixtures.secrets;
  const options = provider.options?.parse(fixtures.options ?? {}) ?? {};
  const request = signedRequest(fixtures, padded(fixtures.examples[0]), { secret, now, url, options });
  const context = { secrets: [secret], options, now, publications: publicationsOf(fixtures) };
  const first = provider.verify(request, context);
  const isAsync = first instanceof Promise;
  if (!(await first)) throw new Error(`${provider.name} does not verify its own example.`);
  const times = [];
  for (let round = 0; round < ROUNDS; round++)
    times.push(await timeOf(() => provider.verify(request, context), isAsync));
  times.sort((a, b) => a - b);
  return { name: provider.name, micros: times[ROUNDS >> 1], bytes: request.body.length, isAsync };
}

/** The mean time of a round, in microseconds. */
async function timeOf(verify, isAsync) {
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < ROUND_MS) {
    for (let i = 0; i < 10; i++) {
      const verified = verify();
      if (isAsync) await verified;
    }
    count += 10;
  }
  return ((performance.now() - begin) * 1_000) / count;
}

/** JSON objects get about the size of a usual webhook; other bodies stay as they are. */
function padded(example) {
  if (typeof example.body !== 'string' || !example.body.startsWith('{')) return example;
  const missing = BODY_BYTES - example.body.length;
  return missing < 20
    ? example
    : { ...example, body: `${example.body.slice(0, -1)},"padding":"${'x'.repeat(missing)}"}` };
}
