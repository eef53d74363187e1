import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  loadFixtures,
  publicationsOf,
  signedRequest,
  type ProviderFixtures,
  type SignedRequest,
} from '../../src/webhooks/providers/fixtures.js';
import { loadProviders } from '../../src/webhooks/providers/load-providers.js';
import type { Provider } from '../../src/webhooks/providers/provider.js';
import type { Api } from '../support/api.js';
import { Dice } from '../support/dice.js';
import { recordRun } from '../support/record-run.js';
import { serveSenderSites, type SenderSites } from '../support/sender-sites.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { makeSource } from '../support/webhooks.js';

const REQUESTS = Number(process.env['SENDER_REQUESTS'] ?? 200_000);
/** A busy machine sends some 200 in a second. */
const TIMEOUT_MS = 60_000 + REQUESTS * 10;
const AT_ONCE = 30;
const MAX_HELD_MS = 50;
const seed = Number(process.env['SENDER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

interface Sender {
  readonly provider: Provider;
  readonly fixtures: ProviderFixtures;
  readonly url: string;
  readonly options: Record<string, unknown>;
  /** Whether the signature covers the body; a token does not. */
  readonly coversBody: boolean;
}

let server: ServerProcess;
let sites: SenderSites;
let senders: Sender[];

beforeAll(async () => {
  const providers = [...(await loadProviders()).values()].filter(({ secrets }) => secrets !== 'none');
  const loaded = await Promise.all(
    providers.map(async (provider) => ({ provider, fixtures: await loadFixtures(provider.name) })),
  );
  sites = await serveSenderSites();
  server = await ServerProcess.make(sites.settings);
  await server.start();
  const { api, workspaceId } = await signInAsAdministrator(server.url);
  senders = await Promise.all(loaded.map((sender) => senderOf(api, workspaceId, sender)));
}, 120_000);

afterAll(async () => {
  await server?.dispose();
  await sites?.close();
});

async function senderOf(
  api: Api,
  workspaceId: string,
  { provider, fixtures }: Pick<Sender, 'provider' | 'fixtures'>,
): Promise<Sender> {
  const options = provider.options?.parse(fixtures.options ?? {}) ?? {};
  const secrets = fixtures.secrets.slice(0, 1);
  const { url } = await makeSource(api, workspaceId, {
    provider: provider.name,
    secrets,
    options: { ...fixtures.options },
  });
  const genuine = signed({ provider, fixtures, url, options, coversBody: true }, 0);
  const context = { secrets, options, now: new Date(), publications: publicationsOf(fixtures) };
  expect([provider.name, await provider.verify(genuine, context)]).toEqual([provider.name, true]);
  const coversBody = !(await provider.verify(
    { ...genuine, body: Buffer.concat([genuine.body, Buffer.from(' ')]) },
    context,
  ));
  return { provider, fixtures, url, options, coversBody };
}

function signed({ fixtures, url, options }: Sender, place: number, changes = {}): SignedRequest {
  const example = fixtures.examples[place % fixtures.examples.length];
  if (example === undefined) throw new Error('The provider has no example.');
  const context = { secret: fixtures.secrets[0] ?? '', now: new Date(), url, options };
  return signedRequest(fixtures, example, { ...context, ...changes });
}

/** Changes the body if it is signed, or else the headers of the signature; and headers at random. */
function forged(sender: Sender, dice: Dice): SignedRequest {
  for (;;) {
    const { genuine, request } = forgedOnce(sender, dice);
    if (JSON.stringify(signedIn(request)) !== JSON.stringify(signedIn(genuine))) return request;
  }
}

/** The text that a forged request must change: a form has several spellings of the same text. */
function signedIn({ headers, body }: SignedRequest): unknown {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const text = body.toString('latin1');
  return [headers, isForm ? new URLSearchParams(text).toString() : text];
}

function forgedOnce(sender: Sender, dice: Dice): { genuine: SignedRequest; request: SignedRequest } {
  const example = dice.below(100);
  const evidence = sender.provider.evidence?.headers(sender.options) ?? [];
  if (!sender.coversBody && evidence.length === 0) return forgedField(sender, example, dice);
  const genuine = signed(sender, example);
  const own = Object.keys(genuine.headers);
  const headers: Record<string, string> = { ...genuine.headers };
  for (const name of sender.coversBody ? own : evidence) {
    if (sender.coversBody && dice.chance(0.6)) continue;
    if (dice.chance(0.2)) delete headers[name];
    else headers[name] = otherText(headers[name] ?? '', dice);
  }
  const body = sender.coversBody ? otherBytes(genuine.body, dice) : genuine.body;
  return { genuine, request: { ...genuine, headers, body } };
}

/** Changes one of the fields that are signed, where the signature is a field of the body, too. */
function forgedField(sender: Sender, example: number, dice: Dice): ReturnType<typeof forgedOnce> {
  const { fixtures, url, options } = sender;
  const context = { secret: fixtures.secrets[0] ?? '', now: new Date(), url, options };
  const sign = (changes: Partial<typeof context>) => signed(sender, example, { ...context, ...changes });
  const genuine = sign({});
  const variants = Object.values(fixtures.forge?.(genuine, sign, context) ?? {});
  const variant = variants[dice.below(variants.length)];
  if (variant === undefined) throw new Error(`${sender.provider.name} has no forged fields.`);
  return { genuine, request: { ...genuine, ...variant, url } as SignedRequest };
}

function otherText(text: string, dice: Dice): string {
  const cut = dice.below(text.length + 1);
  const made = [
    `${text.slice(0, cut)}x`,
    dice.letters(1 + dice.below(80)),
    'x'.repeat(5_000),
    `${text}${text}x`,
    'null',
  ];
  return made[dice.below(made.length)] ?? '';
}

function otherBytes(body: Buffer, dice: Dice): Buffer {
  const at = dice.below(Math.max(1, body.length));
  const junk = Buffer.from(dice.letters(1 + dice.below(40)));
  const kinds = [
    () => Buffer.concat([body.subarray(0, at), junk, body.subarray(at)]),
    () =>
      Buffer.concat([
        body.subarray(0, at),
        Buffer.from([((body[at] ?? 0) + 1 + dice.below(255)) % 256]),
        body.subarray(at + 1),
      ]),
    () => body.subarray(0, at),
    () => junk,
    () => Buffer.from('['.repeat(20_000)),
    () => Buffer.from(`{"a":${'{"a":'.repeat(500)}`),
  ];
  return kinds[dice.below(kinds.length)]?.() ?? junk;
}

describe(`${REQUESTS} forged requests over all senders`, () => {
  it(
    'are all refused, without an error of the server and without holding its event loop',
    async () => {
      process.stdout.write(`SENDER_SEED=${seed}, ${senders.length} senders\n`);
      const dice = new Dice(seed);
      const accepted: string[] = [];
      const failed: string[] = [];
      let unreadableKeys = 0;
      const statuses: Record<number, number> = {};
      const holds: Array<{ p99: number; max: number }> = [];
      let sent = 0;
      const sendOn = async () => {
        while (sent < REQUESTS) {
          const sender = senders[sent++ % senders.length];
          if (sender === undefined) return;
          const { url, headers, body } = forged(sender, dice);
          const response = await fetch(url, { method: 'POST', headers: safe(headers), body: new Uint8Array(body) });
          const answer = await response.text();
          statuses[response.status] = (statuses[response.status] ?? 0) + 1;
          const what = () => `${sender.provider.name} ${JSON.stringify(headers)} ${body.toString('latin1', 0, 300)}`;
          if (response.headers.has('tidings-delivery-id')) accepted.push(what());
          // A made-up address of a key is one that cannot be read: a genuine sender would send again.
          if (answer.includes('signature.key-unavailable')) unreadableKeys += 1;
          else if (response.status >= 500) failed.push(`${response.status} ${answer} ${what()}`);
          if (sent % 5_000 === 0) holds.push(await holdsOfEventLoop());
        }
      };
      const begin = performance.now();
      await Promise.all(Array.from({ length: AT_ONCE }, sendOn));
      const seconds = (performance.now() - begin) / 1_000;
      const [p99, max] = [holds.map((hold) => hold.p99), holds.map((hold) => hold.max)].map((all) => Math.max(...all));
      process.stdout.write(`${JSON.stringify({ seconds: Math.round(seconds), statuses, heldMs: { p99, max } })}\n`);
      recordRun({
        fault: 'forged requests to all senders',
        options: { SENDER_REQUESTS: REQUESTS, SENDER_SEED: seed },
        figures: {
          'forged requests': REQUESTS,
          senders: senders.length,
          accepted: accepted.length,
          'answered that the made-up key cannot be read': unreadableKeys,
          'other errors of the server': failed.length,
          'event loop held, p99 at most': `${Math.round(p99 ?? 0)} ms`,
        },
      });
      expect([...accepted.slice(0, 5), ...failed.slice(0, 5)]).toEqual([]);
      expect(statuses[401]).toBeGreaterThan(REQUESTS / 2);
      // The longest hold includes the time in which other processes had the cores.
      expect(p99).toBeLessThan(MAX_HELD_MS);
    },
    TIMEOUT_MS,
  );
});

/** The 99th percentile and the maximum since the last call, in milliseconds. */
async function holdsOfEventLoop(): Promise<{ p99: number; max: number }> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const valueOf = (name: string) =>
    1_000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (.*)$`, 'm').exec(text)?.[1]);
  return { p99: valueOf('p99'), max: valueOf('max') };
}

/** Header values that `fetch` can send. */
const safe = (headers: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, value.replaceAll(/[^ -~]/g, '?')] as const),
  );
