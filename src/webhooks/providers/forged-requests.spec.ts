import { createHash, createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { loadFixtures, publicationsOf, type SigningContext, signedRequest } from './fixtures.js';
import { loadProviders } from './load-providers.js';
import type { WebhookRequest } from './provider.js';

type Headers = Record<string, string | undefined>;
interface Forged {
  readonly headers: Headers;
  readonly body: Buffer;
  readonly url: string;
}
type Variants = Record<string, WebhookRequest>;
/** Variants for one scheme only. `sign` signs again with a changed context. */
type OwnVariants = (
  genuine: Forged,
  sign: (changes: Partial<SigningContext>) => Forged,
  context: SigningContext,
) => Variants;

const now = new Date('2026-11-20T12:00:00Z');
const url = 'https://tidings.example.com/webhooks/k3y?tenant=7';

/** Headers that may list several signatures: a list with the genuine one is valid. */
const lists = ['stripe-signature', 'webhook-signature', 'svix-signature'];

function withHeader(genuine: Forged, name: string, value: string | undefined): Forged {
  return { ...genuine, headers: { ...genuine.headers, [name]: value } };
}

function flip(body: Buffer, index: number): Buffer {
  const copy = Buffer.from(body);
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

function otherBodies(genuine: Forged): Variants {
  const { body } = genuine;
  const bodies: Record<string, Buffer> = {
    'first byte changed': flip(body, 0),
    'middle byte changed': flip(body, Math.floor(body.length / 2)),
    'last byte changed': flip(body, body.length - 1),
    'newline appended': Buffer.concat([body, Buffer.from('\n')]),
    'NUL appended': Buffer.concat([body, Buffer.from([0])]),
    'space in front': Buffer.concat([Buffer.from(' '), body]),
    'BOM in front': Buffer.concat([Buffer.from('\ufeff'), body]),
    'last byte missing': body.subarray(0, -1),
    'first byte missing': body.subarray(1),
    'twice the body': Buffer.concat([body, body]),
    'no body': Buffer.alloc(0),
    'another body': Buffer.from('{"action":"opened"}'),
  };
  return Object.fromEntries(
    Object.entries(bodies).map(([name, bytes]) => [`body: ${name}`, { ...genuine, body: bytes }]),
  );
}

function otherHeader(genuine: Forged, header: string, isList: boolean): Variants {
  const value = genuine.headers[header] ?? '';
  const middle = Math.floor(value.length / 2);
  const zeros = value.replaceAll(/[0-9a-f]{40,}/g, (digits) => '0'.repeat(digits.length));
  const values: Record<string, string | undefined> = {
    missing: undefined,
    empty: '',
    blank: ' ',
    'one character short': value.slice(0, -1),
    'half of it': value.slice(0, middle),
    'a letter appended': `${value}x`,
    'a byte appended': `${value}00`,
    'padding appended': `${value}=`,
    'garbage appended': `${value}' or 1=1`,
    'a newline appended': `${value}\n`,
    'a NUL appended': `${value}\0`,
    'no digits at the end': `${value.slice(0, -2)}zz`,
    'junk in the middle': `${value.slice(0, middle)}!${value.slice(middle)}`,
    'a newline in the middle': `${value.slice(0, middle)}\n${value.slice(middle)}`,
    'last character changed': value.slice(0, -1) + (value.endsWith('1') ? '2' : '1'),
    'upper case': value.toUpperCase() === value ? undefined : value.toUpperCase(),
    backwards: [...value].toReversed().join(''),
    'its prefix missing':
      value.replace(/^[a-z0-9]+[=,]/, '') === value ? undefined : value.replace(/^[a-z0-9]+[=,]/, ''),
    'all zeros': zeros === value ? '0'.repeat(value.length) : zeros,
    'the word true': 'true',
    'the word undefined': 'undefined',
    'a header as a list': isList ? 'v1,x, v1,y' : `${value}, ${value}`,
    'a space in front': isList ? ` ${value.slice(1)}` : ` ${value}`,
    'of 5,000 characters': value.padEnd(5_000, 'a'),
    doubled: isList ? value.slice(2) : value + value,
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => [`${header}: ${name}`, withHeader(genuine, header, text)]),
  );
}

/** Other base64 texts that a lenient decoder decodes to the same bytes. */
function laxBase64(genuine: Forged, header: string): Variants {
  const value = genuine.headers[header] ?? '';
  if (!/[A-Za-z0-9+/]=$/.test(value)) return {};
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const at = value.length - (value.endsWith('==') ? 3 : 2);
  const stray = alphabet[alphabet.indexOf(value.charAt(at)) + 1] ?? '';
  return {
    [`${header}: padding missing`]: withHeader(genuine, header, value.replace(/=+$/, '')),
    [`${header}: stray bits`]: withHeader(genuine, header, value.slice(0, at) + stray + value.slice(at + 1)),
    [`${header}: the other alphabet`]: withHeader(
      genuine,
      header,
      value.replaceAll('+', '-').replaceAll('/', '_').replace(/=$/, ''),
    ),
  };
}

function outsideTheWindow(sign: (changes: Partial<SigningContext>) => Forged, seconds: number): Variants {
  const at = (offset: number) => sign({ now: new Date(now.getTime() + offset * 1000) });
  return {
    'a second too old': at(-seconds - 1),
    'a second too new': at(seconds + 1),
    'an hour old': at(-3600),
    'of 1970': at(-now.getTime() / 1000),
  };
}

function tampered(genuine: Forged, header: string, values: Record<string, string>): Variants {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${header}: ${name}`, withHeader(genuine, header, value)]),
  );
}

function hmac(algorithm: string, key: string | Buffer, ...content: (string | Buffer)[]) {
  const made = createHmac(algorithm, key);
  for (const piece of content) made.update(piece);
  return made;
}

function token(head: object, claims: object, key: string, algorithm = 'sha256'): string {
  const text = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${hmac(algorithm, key, text).digest('base64url')}`;
}

/** Eleven signatures, only the last one genuine: one more than the limit. */
function elevenSignatures(genuine: string, wrong: string, separator: string): string {
  return [...Array.from({ length: 10 }, () => wrong), genuine].join(separator);
}

const seconds = String(now.getTime() / 1000);
const wrongHex = 'ab'.repeat(32);
const wrongBase64 = Buffer.alloc(32, 7).toString('base64');

function standardVariants(prefix: 'webhook' | 'svix'): OwnVariants {
  return (genuine, sign, { secret }) => {
    const header = `${prefix}-signature`;
    const id = genuine.headers[`${prefix}-id`] ?? '';
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const good = genuine.headers[header] ?? '';
    return {
      ...outsideTheWindow(sign, 300),
      ...tampered(genuine, header, {
        'several, none of them right': `v1,${wrongBase64} v1,${wrongBase64}`,
        'eleven, the last one right': elevenSignatures(good, `v1,${wrongBase64}`, ' '),
        'another version': good.replace('v1,', 'v2,'),
        'the asymmetric version': good.replace('v1,', 'v1a,'),
        'SHA-512': `v1,${hmac('sha512', key, `${id}.${seconds}.`, genuine.body).digest('base64')}`,
        'without the id': `v1,${hmac('sha256', key, `${seconds}.`, genuine.body).digest('base64')}`,
        'the body alone': `v1,${hmac('sha256', key, genuine.body).digest('base64')}`,
        'the secret as it is written': `v1,${hmac('sha256', secret, `${id}.${seconds}.`, genuine.body).digest('base64')}`,
        'in hex': `v1,${hmac('sha256', key, `${id}.${seconds}.`, genuine.body).digest('hex')}`,
      }),
      [`${prefix}-timestamp: a second later`]: withHeader(genuine, `${prefix}-timestamp`, String(Number(seconds) + 1)),
      [`${prefix}-id: another`]: withHeader(genuine, `${prefix}-id`, `${id}x`),
      [`${prefix}-id: missing`]: withHeader(genuine, `${prefix}-id`, undefined),
    };
  };
}

const ownVariants: Record<string, OwnVariants> = {
  github: (genuine, _sign, { secret }) => ({
    ...tampered(genuine, 'x-hub-signature-256', {
      'SHA-1': `sha1=${hmac('sha1', secret, genuine.body).digest('hex')}`,
      'SHA-1 under the name of SHA-256': `sha256=${hmac('sha1', secret, genuine.body).digest('hex')}`,
      'SHA-512': `sha256=${hmac('sha512', secret, genuine.body).digest('hex')}`,
      base64: `sha256=${hmac('sha256', secret, genuine.body).digest('base64')}`,
      'a hash without a key': `sha256=${createHash('sha256').update(genuine.body).digest('hex')}`,
    }),
    'the old header only': {
      ...genuine,
      headers: { 'x-hub-signature': `sha1=${hmac('sha1', secret, genuine.body).digest('hex')}` },
    },
  }),
  bitbucket: (genuine, _sign, { secret }) =>
    tampered(genuine, 'x-hub-signature', {
      'SHA-1, as GitHub once sent': `sha1=${hmac('sha1', secret, genuine.body).digest('hex')}`,
      base64: `sha256=${hmac('sha256', secret, genuine.body).digest('base64')}`,
      'SHA-512': `sha512=${hmac('sha512', secret, genuine.body).digest('hex')}`,
    }),
  stripe(genuine, sign, { secret }) {
    const good = hmac('sha256', secret, `${seconds}.`, genuine.body).digest('hex');
    return {
      ...outsideTheWindow(sign, 300),
      ...tampered(genuine, 'stripe-signature', {
        'a later time': `t=${Number(seconds) + 1},v1=${good}`,
        'no time': `v1=${good}`,
        'two times': `t=${seconds},t=${seconds},v1=${good}`,
        'a time that is no number': `t=${seconds}x,v1=${good}`,
        'a time in hex': `t=0x${Number(seconds).toString(16)},v1=${good}`,
        'v0 only': `t=${seconds},v0=${good}`,
        'v2 only': `t=${seconds},v2=${good}`,
        'several, none of them right': `t=${seconds},v1=${wrongHex},v1=${wrongHex}`,
        'eleven, the last one right': `t=${seconds},${elevenSignatures(`v1=${good}`, `v1=${wrongHex}`, ',')}`,
        'the body alone': `t=${seconds},v1=${hmac('sha256', secret, genuine.body).digest('hex')}`,
        'SHA-1': `t=${seconds},v1=${hmac('sha1', secret, `${seconds}.`, genuine.body).digest('hex')}`,
      }),
    };
  },
  slack: (genuine, sign, { secret }) => ({
    ...outsideTheWindow(sign, 300),
    ...tampered(genuine, 'x-slack-signature', {
      'another version': (genuine.headers['x-slack-signature'] ?? '').replace('v0=', 'v1='),
      'without the version inside': `v0=${hmac('sha256', secret, `${seconds}:`, genuine.body).digest('hex')}`,
      'the body alone': `v0=${hmac('sha256', secret, genuine.body).digest('hex')}`,
    }),
    'a second later': withHeader(genuine, 'x-slack-request-timestamp', String(Number(seconds) + 1)),
  }),
  netlify(genuine, _sign, { secret }) {
    const hash = createHash('sha256').update(genuine.body).digest('hex');
    const head = { alg: 'HS256', typ: 'JWT' };
    const claims = { iss: 'netlify', sha256: hash };
    const good = token(head, claims, secret);
    const unsigned = token({ alg: 'none' }, claims, secret);
    return tampered(genuine, 'x-webhook-signature', {
      'alg none without a signature': unsigned.replace(/[^.]*$/, ''),
      'alg none with one': unsigned,
      'alg None': token({ alg: 'None' }, claims, secret),
      HS512: token({ alg: 'HS512' }, claims, secret, 'sha512'),
      'HS512 by name only': token({ alg: 'HS512' }, claims, secret),
      RS256: token({ alg: 'RS256' }, claims, secret),
      'no alg': token({ typ: 'JWT' }, claims, secret),
      'something critical': token({ ...head, crit: ['b64'], b64: false }, claims, secret),
      'another issuer': token(head, { ...claims, iss: 'netlify.evil' }, secret),
      'no issuer': token(head, { sha256: hash }, secret),
      'issuers in a list': token(head, { ...claims, iss: ['netlify'] }, secret),
      'the hash of another body': token(head, { ...claims, sha256: createHash('sha256').digest('hex') }, secret),
      'the hash in upper case': token(head, { ...claims, sha256: hash.toUpperCase() }, secret),
      'no hash': token(head, { iss: 'netlify' }, secret),
      'a hash that is a number': token(head, { ...claims, sha256: 7 }, secret),
      'claims that are a list': token(head, [claims], secret),
      'another secret': token(head, claims, `${secret}x`),
      'four parts': `${good}.${good.split('.')[2]}`,
      'two parts': good.split('.').slice(0, 2).join('.'),
      'the parts of two tokens': [good.split('.')[0], unsigned.split('.')[1], good.split('.')[2]].join('x.'),
    });
  },
  twilio: (genuine, sign) => ({
    'another path': { ...genuine, url: genuine.url.replace('k3y', 'k4y') },
    'another host': { ...genuine, url: genuine.url.replace('tidings', 'evil') },
    'another scheme': { ...genuine, url: genuine.url.replace('https', 'http') },
    'an empty pair at the end': { ...genuine, body: Buffer.concat([genuine.body, Buffer.from('&')]) },
    'a query appended': { ...genuine, url: `${genuine.url}&x=1` },
    'no query': { ...genuine, url: genuine.url.replace(/\?.*/, '') },
    'the hash of the body added to the address': {
      ...genuine,
      url: `${genuine.url}&bodySHA256=${createHash('sha256').update(genuine.body).digest('hex')}`,
    },
    'JSON in the place of a form': {
      ...genuine,
      headers: { ...genuine.headers, 'content-type': 'application/json' },
      body: Buffer.from('{"From":"+1"}'),
    },
    'signed for the address without its hash': { ...sign({}), url: `${url}&bodySHA256=` },
    'an address that is none': { ...genuine, url: 'tidings.example.com' },
  }),
  linear: (genuine, sign, { secret }) => {
    const withTime = (value: unknown): Forged => {
      const body = Buffer.from(JSON.stringify({ action: 'create', type: 'Issue', webhookTimestamp: value }));
      return {
        ...genuine,
        body,
        headers: { ...genuine.headers, 'linear-signature': hmac('sha256', secret, body).digest('hex') },
      };
    };
    return {
      ...outsideTheWindow(sign, 60),
      'no time in the body': withTime(undefined),
      'a time that is a text': withTime(String(now.getTime())),
      'a time in seconds': withTime(now.getTime() / 1000),
      'a time that is null': withTime(null),
      'a time in a header only': withHeader(withTime(undefined), 'linear-timestamp', String(now.getTime())),
    };
  },
  gitlab: (genuine, sign, context) => ({
    ...standardVariants('webhook')(genuine, sign, context),
    'a wrong token': withHeader({ ...genuine, headers: {} }, 'x-gitlab-token', 'wrong'),
    'an empty token': withHeader({ ...genuine, headers: {} }, 'x-gitlab-token', ''),
    'the signing secret sent as a token': withHeader({ ...genuine, headers: {} }, 'x-gitlab-token', context.secret),
  }),
  'standard-webhooks': (genuine, sign, context) =>
    standardVariants(genuine.headers['svix-id'] ? 'svix' : 'webhook')(genuine, sign, context),
  vercel: (genuine, _sign, { secret }) =>
    tampered(genuine, 'x-vercel-signature', { 'SHA-256': hmac('sha256', secret, genuine.body).digest('hex') }),
  hmac: (genuine, _sign, { secret }) =>
    tampered(genuine, 'x-signature', {
      'SHA-1': `sha256=${hmac('sha1', secret, genuine.body).digest('hex')}`,
      'SHA-512': `sha256=${hmac('sha512', secret, genuine.body).digest('hex')}`,
      base64: `sha256=${hmac('sha256', secret, genuine.body).digest('base64')}`,
    }),
};

const providers = await loadProviders();
const signing = [...providers.values()].filter(({ secrets }) => secrets !== 'none');

describe.each(signing)('a forged delivery of $name', (provider) => {
  it('is rejected in at least 30 variants', async () => {
    const fixtures = await loadFixtures(provider.name);
    const options = provider.options?.parse(fixtures.options) ?? {};
    const context: SigningContext = { secret: fixtures.secrets[0] ?? '', now, url, options };
    const publications = publicationsOf(fixtures);
    const isAccepted = async (request: WebhookRequest) =>
      provider.verify(request, { secrets: [context.secret], options, publications, now });

    const isList = (header: string) => lists.includes(header) || fixtures.lists?.includes(header) === true;

    for (const example of fixtures.examples) {
      const sign = (changes: Partial<SigningContext>) => signedRequest(fixtures, example, { ...context, ...changes });
      const genuine = sign({});
      const signatures = Object.keys(genuine.headers).filter((name) => !(name in example.headers));
      const variants: Variants = {
        ...(fixtures.coversBody === false ? {} : otherBodies(genuine)),
        ...Object.assign({}, ...signatures.map((name) => otherHeader(genuine, name, isList(name)))),
        ...Object.assign({}, ...signatures.map((name) => laxBase64(genuine, name))),
        'another secret': sign({ secret: fixtures.secrets[1] ?? 'the key of another sender' }),
        'a secret with another letter': sign({ secret: `${context.secret.slice(0, 9)}_${context.secret.slice(10)}` }),
        ...(signatures.length === 0 ? {} : { 'no headers at all': { ...genuine, headers: {} } }),
        ...ownVariants[provider.name]?.(genuine, sign, context),
        ...fixtures.forge?.(genuine, sign, context),
      };
      const accepted: string[] = [];
      for (const [name, forged] of Object.entries(variants)) if (await isAccepted(forged)) accepted.push(name);
      expect(await isAccepted(genuine)).toBe(true);
      expect({ example: example.name, accepted }).toEqual({ example: example.name, accepted: [] });
      expect(Object.keys(variants).length).toBeGreaterThanOrEqual(30);
    }
  });
});
