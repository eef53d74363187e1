import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import {
  loadFixtures,
  publicationsOf,
  signedRequest,
  type ProviderExample,
  type ProviderFixtures,
} from '../providers/fixtures.js';
import { loadProviders } from '../providers/load-providers.js';
import type { Provider, WebhookRequest } from '../providers/provider.js';
import { proofOf } from '../providers/proof-of.js';
import { readSecret } from '../providers/secret-forms.js';

/** Proves each cell of the table in docs/senders.md by what the provider does, apart from the code that wrote it. */
const document = readFileSync(new URL('../../../docs/senders.md', import.meta.url), 'utf8');
const table = /<!-- senders -->([\s\S]*)<!-- end of senders -->/.exec(document)?.[1] ?? '';
const [heads = [], ...lines] = table
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+$/.test(line))
  .map((line) => line.split('|').slice(1, -1));
const columns = heads.map((head) => head.trim());
const rows = new Map(
  lines.map((cells) => [
    cells[0]?.trim().replaceAll('`', ''),
    Object.fromEntries(cells.map((cell, place) => [columns[place], cell.trim()])),
  ]),
);

const now = new Date('2026-11-21T08:00:00Z');
const url = 'https://tidings.example.com/webhooks/another-key';
const DAY = 86_400;

interface Sender {
  readonly name: string;
  readonly provider: Provider;
  readonly fixtures: ProviderFixtures;
  readonly cells: Readonly<Record<string, string>>;
}

const providers = [...(await loadProviders()).values()];
const senders: Sender[] = await Promise.all(
  providers.map(async (provider) => ({
    name: provider.name,
    provider,
    fixtures: await loadFixtures(provider.name),
    cells: rows.get(provider.name) ?? {},
  })),
);

const optionsOf = ({ provider, fixtures }: Sender) => provider.options?.parse(fixtures.options ?? {}) ?? {};
const cell = ({ cells }: Sender, column: string): string => cells[column] ?? '';
/** The texts in backquotes. */
const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

function exampleOf({ fixtures }: Sender): ProviderExample {
  const [example] = fixtures.examples;
  if (example === undefined) throw new Error('The provider has no example.');
  return example;
}

function sent(sender: Sender, secondsAgo = 0): WebhookRequest & { headers: Record<string, string> } {
  const [secret = ''] = sender.fixtures.secrets;
  const at = new Date(now.getTime() - secondsAgo * 1_000);
  const context = { secret, now: at, url, options: optionsOf(sender) };
  const request = signedRequest(sender.fixtures, exampleOf(sender), context);
  return { ...request, headers: { ...request.headers } };
}

async function isAccepted(sender: Sender, request: WebhookRequest): Promise<boolean> {
  const options = optionsOf(sender);
  const [secret] = sender.fixtures.secrets;
  const reading = secret === undefined ? { keys: [] } : readSecret(sender.provider, secret, options);
  const secrets = 'keys' in reading ? reading.keys : [];
  return sender.provider.verify(request, { secrets, options, now, publications: publicationsOf(sender.fixtures) });
}

const without = (request: ReturnType<typeof sent>, header: string): WebhookRequest => ({
  ...request,
  headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => name !== header)),
});
const withOther = (request: ReturnType<typeof sent>, header: string): WebhookRequest => ({
  ...request,
  headers: { ...request.headers, [header]: `9${request.headers[header]}` },
});
const otherBody = (request: WebhookRequest): WebhookRequest => ({
  ...request,
  body: Buffer.concat([request.body, Buffer.from(' ')]),
});

/** The bytes that a signature of each scheme has. */
const BYTES: Readonly<Record<string, readonly number[]>> = {
  'HMAC-SHA1': [20],
  'HMAC-SHA256': [32],
  'HMAC-SHA384': [48],
  'HMAC-SHA512': [64],
  Ed25519: [64],
  ECDSA: [68, 69, 70, 71, 72],
  RSA: [128, 256, 384, 512],
};

function signatureLengths(value: string): number[] {
  const items = [value, ...value.split(/[,;\s]/)].flatMap((item) => [item, item.replace(/^[\w-]{1,20}=/, '')]);
  return items.flatMap((item) =>
    /^[\da-f]+$/i.test(item) ? item.length / 2 : Buffer.from(item.replace(/^Bearer /, ''), 'base64').length,
  );
}

const PROOFS = [
  ['the secret itself', 'token'],
  ['HTTP Basic', 'password'],
  ['Ed25519', 'public-key'],
  ['ECDSA', 'public-key'],
] as const;

describe('the table of senders', () => {
  it('has a row for each provider, and no other', () => {
    expect([...rows.keys()]).toEqual(providers.map(({ name }) => name));
  });
});

describe.each(senders)('the cells of $name', (sender) => {
  it('provider, sender: the name and the label', () => {
    const label = sender.provider.setup?.label ?? sender.name;
    expect([cell(sender, 'provider'), cell(sender, 'sender')]).toEqual([`\`${sender.name}\``, label]);
  });

  it('signature: the genuine request passes; without a named header, or with another value of it, it does not', async () => {
    const request = sent(sender);
    expect(await isAccepted(sender, request)).toBe(true);
    const text = cell(sender, 'signature');
    if (text === 'none') return expect(await isAccepted(sender, { ...request, headers: {} })).toBe(true);
    for (const header of quoted(text)) {
      expect([header, await isAccepted(sender, without(request, header))]).toEqual([header, false]);
      expect([header, await isAccepted(sender, withOther(request, header))]).toEqual([header, false]);
    }
    const [scheme = '', covered = ''] = text.split('; covers ');
    expect(await isAccepted(sender, otherBody(request))).toBe(!/\bbody\b/.test(covered));
    expect(await isAccepted(sender, { ...request, url: `${request.url}9` })).toBe(!/\bURL\b/.test(covered));
    for (const part of scheme === 'in the body' ? [] : scheme.split(' and ')) {
      const [, kind = '', header = ''] = /^(.*?) in `([^`]+)`$/.exec(part) ?? [];
      const value = request.headers[header] ?? '';
      const [secret = ''] = sender.fixtures.secrets;
      if (kind === 'the secret itself') expect(value).toContain(secret);
      else if (kind.startsWith('the secret,')) expect(value).toContain(Buffer.from(secret).toString('base64'));
      else if (kind.startsWith('JWS')) {
        const head = Buffer.from(value.replace(/^Bearer /, '').split('.')[0] ?? '', 'base64url').toString();
        expect(`JWS (${(JSON.parse(head) as { alg: string }).alg})`).toBe(kind);
      } else expect(signatureLengths(value).some((length) => BYTES[kind]?.includes(length))).toBe(true);
    }
  });

  it('signature, secret from: as the provider declares them', () => {
    const { provider } = sender;
    if (provider.secrets === 'required') {
      const text = cell(sender, 'signature');
      const found = PROOFS.find(([words]) => text.includes(words))?.[1] ?? 'signature';
      // The token of Graph is in the body, and Alertmanager sends a token or a password.
      if (!['microsoft-graph', 'alertmanager'].includes(sender.name)) expect(proofOf(provider, {})).toBe(found);
    }
    const [from, late] = cell(sender, 'secret from').split(', ');
    expect(from).toBe(provider.secretFrom ?? (provider.secrets === 'handshake' ? 'sender' : 'none'));
    expect(late === 'after it has the URL').toBe(provider.secretAfterUrl === true);
  });

  it('signed time: a request of this age passes, and an older one does not', async () => {
    const text = cell(sender, 'signed time');
    const seconds = text === 'none' ? 30 * DAY : Number(/^(\d+) s$/.exec(text)?.[1]);
    expect(await isAccepted(sender, sent(sender, seconds))).toBe(true);
    if (text !== 'none') expect(await isAccepted(sender, sent(sender, seconds + 1))).toBe(false);
  });

  it('delivery id: found there, and covered by the signature as the cell says', async () => {
    const place = cell(sender, 'delivery id');
    const request = sent(sender);
    const idOf = (given: WebhookRequest) => sender.provider.deliveryId(given, { options: optionsOf(sender) });
    if (place.startsWith('none')) return expect(idOf(request)).toBeUndefined();
    expect(idOf(request)).toMatch(/./);
    const [header] = quoted(place);
    const isSigned = place.endsWith(', signed');
    expect(isSigned).toBe(!place.endsWith(', not signed'));
    if (header === undefined) {
      expect(idOf({ ...request, headers: {} })).toBe(idOf(request));
      const text = request.body.toString('latin1');
      const id = idOf(request) ?? '';
      // The ids of some senders consist of several fields.
      const part = [id, ...id.split(':')].find((candidate) => text.includes(candidate)) ?? id;
      const renamed = Buffer.from(text.replaceAll(part, 'another-id'), 'latin1');
      const changed = renamed.equals(request.body) ? otherBody(request) : { ...request, body: renamed };
      return expect(await isAccepted(sender, changed)).toBe(!isSigned);
    }
    expect(idOf(withOther(request, header))).not.toBe(idOf(request));
    expect(await isAccepted(sender, withOther(request, header))).toBe(!isSigned);
  });

  it('event: what the example describes, with a sentence as its title', () => {
    const { eventType, title } = sender.provider.describe(sent(sender));
    expect(quoted(cell(sender, 'event, for example'))).toEqual([eventType]);
    expect(title.split(' ').length).toBeGreaterThanOrEqual(2);
    expect(title).not.toMatch(/[{}]|undefined|\[object/);
  });

  it('handshake: answered when signed as the cell says, and none if the cell says so', async () => {
    const text = cell(sender, 'handshake');
    const { handshakes = [] } = sender.fixtures;
    if (text === 'none') return expect(handshakes).toEqual([]);
    const answered = await Promise.all(handshakes.map((handshake) => answerTo(sender, handshake)));
    expect(answered.every((isAnswered) => isAnswered)).toBe(true);
    for (const { method = 'POST', isSigned } of handshakes)
      expect(text.split('; ')).toContain(`${method}, ${isSigned ? 'signed' : 'unsigned'}`);
    expect(new Set(handshakes.map(({ method = 'POST', isSigned }) => `${method}${isSigned}`)).size).toBe(
      text.split('; ').length,
    );
  });

  it('answer: its status and its type', () => {
    const answer = sender.provider.answer?.(sent(sender), { deliveryId: 'd', duplicate: false }, optionsOf(sender));
    const [status, type] = cell(sender, 'answer').split(', ');
    expect(Number(status)).toBe(answer === undefined ? 202 : (answer.status ?? 200));
    if (answer === undefined) return expect(type).toBe('JSON');
    if ((answer.body ?? '') === '') return expect(type).toBe('empty');
    expect(type).toBe(answer.contentType ?? 'text');
  });

  it('evidence: the signature of the library or the documentation passes', async () => {
    const { vectors = [] } = sender.fixtures;
    const text = cell(sender, 'evidence');
    expect(text.includes('documented example')).toBe(vectors.some(({ origin }) => origin.startsWith('https:')));
    expect(text.includes('official library')).toBe(vectors.some(({ origin }) => !origin.startsWith('https:')));
    expect(text === 'made from the documented scheme').toBe(vectors.length === 0);
    for (const { secret, headers, body, at, url: own = url, options: given } of vectors) {
      const options = sender.provider.options?.parse({ ...sender.fixtures.options, ...given }) ?? {};
      const context = { secrets: [secret], options, now: new Date(at), publications: publicationsOf(sender.fixtures) };
      const request = { headers, body: Buffer.from(body), url: own };
      expect(await sender.provider.verify(request, context)).toBe(true);
      const others = { ...context, secrets: ['a secret that made nothing'] };
      if (secret !== '') expect(await sender.provider.verify(request, others)).toBe(false);
    }
  });
});

async function answerTo(
  sender: Sender,
  {
    method = 'POST',
    headers = {},
    query,
    body = '',
    isSigned,
    options: own,
  }: NonNullable<ProviderFixtures['handshakes']>[number],
): Promise<boolean> {
  const options = sender.provider.options?.parse({ ...sender.fixtures.options, ...own }) ?? {};
  const [secret = ''] = sender.fixtures.secrets;
  const address = query === undefined ? url : `${url}?${query}`;
  const bytes = Buffer.from(body);
  const signature = isSigned ? sender.fixtures.sign(bytes, headers, { secret, now, url: address, options }) : {};
  const request = { method, headers: { ...headers, ...signature }, body: bytes, url: address };
  const context = { secrets: [secret], options, publications: publicationsOf(sender.fixtures) };
  const answer = isSigned
    ? await sender.provider.handshake?.(request, context)
    : sender.provider.unsignedHandshake?.(request, context);
  return answer !== undefined;
}
