import {
  publicationsOf,
  signedRequest,
  type ProviderFixtures,
  type SignatureVector,
  type SignedRequest,
} from '../providers/fixtures.js';
import type { Provider, WebhookRequest } from '../providers/provider.js';
import { readSecret } from '../providers/secret-forms.js';

/** A row of the table in docs/senders.md, found out by trial with the sender's examples. */
export interface SenderRow {
  readonly name: string;
  readonly label: string;
  /** The scheme, with the headers of its signature and what it covers. */
  readonly signature: string;
  /** Which side makes the secret, and when the sender shows it. */
  readonly secret: string;
  /** How old a signed request may be. */
  readonly window: string;
  /** The place of the sender's own id, and whether the signature covers it. */
  readonly id: string;
  readonly event: string;
  readonly handshake: string;
  readonly answer: string;
  readonly evidence: string;
}

interface Trial {
  readonly provider: Provider;
  readonly fixtures: ProviderFixtures;
  readonly genuine: SignedRequest;
  readonly at: (secondsAgo: number) => SignedRequest;
  readonly passes: (request: WebhookRequest) => Promise<boolean>;
  /** The headers that the sender adds when it signs. */
  readonly added: readonly string[];
}

const NOW = new Date('2026-11-20T12:00:00Z');
const URL_OF_SOURCE = 'https://tidings.example.com/webhooks/key';
const DAY = 86_400;

export async function senderRow(provider: Provider, fixtures: ProviderFixtures): Promise<SenderRow> {
  const trial = trialOf(provider, fixtures);
  return {
    name: provider.name,
    label: provider.setup?.label ?? provider.name,
    signature: await signatureOf(trial),
    secret: secretOf(provider),
    window: await windowOf(trial),
    id: await idOf(trial),
    event: `\`${fixtures.examples[0]?.expected.eventType ?? ''}\``,
    handshake: handshakesOf(fixtures),
    answer: answerOf(trial),
    evidence: evidenceOf(fixtures),
  };
}

function secretOf({ secrets, secretFrom, secretAfterUrl }: Provider): string {
  if (secrets === 'handshake') return 'sender, in its handshake';
  if (secretFrom === undefined) return 'none';
  return secretAfterUrl === true ? `${secretFrom}, after it has the URL` : secretFrom;
}

function trialOf(provider: Provider, fixtures: ProviderFixtures): Trial {
  const [example] = fixtures.examples;
  if (example === undefined) throw new Error(`${provider.name} has no example.`);
  const options = provider.options?.parse(fixtures.options ?? {}) ?? {};
  const [secret = ''] = fixtures.secrets;
  const reading = readSecret(provider, secret, options);
  const secrets = 'keys' in reading ? reading.keys : [];
  const at = (secondsAgo: number) => {
    const now = new Date(NOW.getTime() - secondsAgo * 1_000);
    return signedRequest(fixtures, example, { secret, now, url: URL_OF_SOURCE, options });
  };
  const genuine = at(0);
  const context = { secrets, options, now: NOW, publications: publicationsOf(fixtures) };
  const added = Object.keys(genuine.headers).filter((name) => !Object.hasOwn(example.headers, name));
  return { provider, fixtures, genuine, at, added, passes: async (request) => provider.verify(request, context) };
}

async function signatureOf(trial: Trial): Promise<string> {
  const { genuine, fixtures, passes } = trial;
  if (await passes({ ...genuine, headers: {}, body: Buffer.from('anything') })) return 'none';
  const needed = await headersThatMatter(trial);
  const schemes = needed.map((name) => [name, schemeIn(genuine.headers[name] ?? '', fixtures)] as const);
  const signed = schemes.filter(([, scheme]) => scheme !== undefined);
  const others = schemes.filter(([, scheme]) => scheme === undefined).map(([name]) => `\`${name}\``);
  const covered = [
    ...(await coveredPartOfBody(trial)),
    ...((await passes({ ...genuine, url: `${genuine.url}/other` })) ? [] : ['URL']),
    ...others,
  ];
  const places = signed.map(([name, scheme]) => `${scheme} in \`${name}\``);
  const where = places.length === 0 ? 'in the body' : places.join(' and ');
  return `${where}; covers ${covered.length === 0 ? 'nothing' : covered.join(', ')}`;
}

/** A signature over fields of a JSON body lets whitespace pass. */
async function coveredPartOfBody({ genuine, passes }: Trial): Promise<string[]> {
  if (await passes({ ...genuine, body: changed(genuine.body) })) return [];
  const spaced = Buffer.concat([genuine.body, Buffer.from(' ')]);
  return [(await passes({ ...genuine, body: spaced })) ? 'fields of it' : 'body'];
}

/** The headers without which, or with another value of which, the request is refused. */
async function headersThatMatter({ genuine, passes }: Trial): Promise<string[]> {
  const names: string[] = [];
  for (const name of Object.keys(genuine.headers)) {
    const headers = { ...genuine.headers, [name]: `${genuine.headers[name]}0` };
    if (!(await passes({ ...genuine, headers }))) names.push(name);
  }
  return names;
}

const BY_LENGTH: Readonly<Record<number, string>> = {
  20: 'HMAC-SHA1',
  32: 'HMAC-SHA256',
  48: 'HMAC-SHA384',
  64: 'HMAC-SHA512',
  128: 'RSA',
  256: 'RSA',
  384: 'RSA',
  512: 'RSA',
};

/** The name of the scheme that made the value; undefined if it is no signature. */
function schemeIn(value: string, fixtures: ProviderFixtures): string | undefined {
  const { secrets } = fixtures;
  const [secret = ''] = secrets;
  if (secret !== '' && value.includes(secret)) return 'the secret itself';
  if (secret !== '' && value.includes(Buffer.from(secret).toString('base64'))) return 'the secret, by HTTP Basic,';
  const token = /^(?:Bearer )?([\w-]+)\.[\w-]*\.[\w-]+$/.exec(value)?.[1];
  if (token !== undefined) return `JWS (${algorithmIn(token)})`;
  const isPublic =
    fixtures.publications !== undefined || /^(?:whpk_|-----BEGIN)/.test(secret) || bytesIn(secret)?.length === 32;
  for (const item of value.split(/[,;\s]/)) {
    const bytes = bytesIn(item) ?? bytesIn(item.replace(/^[\w-]{1,20}=/, ''));
    if (bytes === undefined) continue;
    if (bytes[0] === 0x30 && bytes.length >= 68 && bytes.length <= 72) return 'ECDSA';
    if (bytes.length === 64 && isPublic) return 'Ed25519';
    const scheme = BY_LENGTH[bytes.length];
    if (scheme !== undefined) return scheme;
  }
  return undefined;
}

function algorithmIn(head: string): string {
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg?: unknown };
  return String(alg);
}

function bytesIn(text: string): Buffer | undefined {
  if (/^(?:[\da-f]{2}){20,}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[\w+/-]{27,}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function changed(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

/** Searches for the greatest age that passes, by halves. */
async function windowOf({ provider, passes, at }: Trial): Promise<string> {
  if (provider.secrets === 'none' || (await passes(at(30 * DAY)))) return 'none';
  let [good, bad] = [0, 30 * DAY];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (await passes(at(middle))) good = middle;
    else bad = middle;
  }
  return `${good} s`;
}

async function idOf({ provider, fixtures, genuine, passes }: Trial): Promise<string> {
  const options = provider.options?.parse(fixtures.options ?? {}) ?? {};
  const find = (request: WebhookRequest) => provider.deliveryId(request, { options });
  const id = find(genuine);
  if (id === undefined) return 'none: the body counts';
  for (const name of Object.keys(genuine.headers)) {
    const forged = { ...genuine, headers: { ...genuine.headers, [name]: `${genuine.headers[name]}0` } };
    if (find(forged) === id) continue;
    return `\`${name}\`, ${(await passes(forged)) ? 'not signed' : 'signed'}`;
  }
  return `in the body, ${(await passes({ ...genuine, body: changed(genuine.body) })) ? 'not signed' : 'signed'}`;
}

function handshakesOf({ handshakes = [] }: ProviderFixtures): string {
  const kinds = handshakes.map(({ method = 'POST', isSigned }) => `${method}, ${isSigned ? 'signed' : 'unsigned'}`);
  return [...new Set(kinds)].join('; ') || 'none';
}

function answerOf({ provider, fixtures, genuine }: Trial): string {
  const options = provider.options?.parse(fixtures.options ?? {}) ?? {};
  const answer = provider.answer?.(genuine, { deliveryId: 'id', duplicate: false }, options);
  if (answer === undefined) return '202, JSON';
  const { status = 200, contentType, body = '' } = answer;
  return `${status}, ${body === '' ? 'empty' : (contentType ?? 'text')}`;
}

const isDocumented = ({ origin }: SignatureVector): boolean => origin.startsWith('https://');

function evidenceOf({ vectors = [] }: ProviderFixtures): string {
  const kinds = [
    ...(vectors.some((vector) => !isDocumented(vector)) ? ['official library'] : []),
    ...(vectors.some(isDocumented) ? ['documented example'] : []),
  ];
  return kinds.join(', ') || 'made from the documented scheme';
}
