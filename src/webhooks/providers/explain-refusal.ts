import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseJson } from './parse-body.js';
import { proofOf } from './proof-of.js';
import { verifyRequest } from './verify-request.js';
import type { Options, Provider, VerificationContext, WebhookRequest } from './provider.js';

/** The difference from a request that would have passed verification. */
export type RefusalCause =
  | 'header-missing'
  | 'time-missing'
  | 'clock'
  | 'encoding'
  | 'options'
  | 'address'
  | 'body-changed'
  | 'secret-form'
  | 'secret';

export interface Refusal {
  readonly cause: RefusalCause;
  /** One sentence for the log. It contains no header value and no secret. */
  readonly detail: string;
  /** Seconds between the signed time and the server's, for `clock`; negative: the sender is ahead. */
  readonly clockOffSeconds?: number;
}

interface Change {
  readonly request?: WebhookRequest;
  readonly options?: Options;
  readonly secrets?: readonly string[];
}

type Trial = readonly [what: string, changed: Change];

/** In bytes. Signing a larger body many times would take too long. */
const MAX_BODY = 65_536;
const OTHER_SECRET = {
  signature: 'The signature was made with another secret, or for another body.',
  'public-key': 'The signature was made with another key, or for another body.',
  token: 'The request has another token than the source.',
  password: 'The request has another user name or password than the source.',
};
const NO_SECRET = 'The source has no secret yet: enter the one that the sender shows.';

/**
 * Explains why a request did not pass: applies typical changes by proxies, libraries and settings one at a time, and
 * verifies each variant. Costs dozens of signatures, so it must not run before the response; the event loop gets a turn
 * after each. Of a body above 64 KiB only the clock is examined.
 */
export async function explainRefusal(
  provider: Provider,
  request: WebhookRequest,
  context: VerificationContext,
): Promise<Refusal> {
  const expected = provider.evidence?.headers(context.options) ?? [];
  const sent = expected.filter((name) => request.headers[name] !== undefined);
  if (expected.length > 0 && sent.length === 0)
    return refusedHandshake(provider, request, context) ?? missingHeader(provider, expected, request);
  const byDesign = expected.length === 0 ? provider.evidence?.unsigned?.(request) : undefined;
  if (byDesign !== undefined) return { cause: 'body-changed', detail: byDesign };
  if (provider.secrets === 'required' && context.secrets.length === 0) return { cause: 'secret', detail: NO_SECRET };
  const signedAt = provider.evidence?.signedAt?.(request, context.options);
  if (provider.evidence?.signedAt !== undefined && signedAt === undefined && !isTimeless(request, sent)) {
    return { cause: 'time-missing', detail: 'The timestamp is missing, or is not in whole seconds.' };
  }
  const now = signedAt === undefined || signedAt === null ? context.now : new Date(signedAt);
  const passes: Passes = ({ request: other = request, options = context.options, secrets = context.secrets }) =>
    verifyRequest(provider, other, { ...context, secrets, options, now });
  if (await passes({})) return wrongClock(now, context.now);
  const otherSecret = OTHER_SECRET[isPlainToken(sent) ? 'token' : proofOf(provider, context.options)];
  if (isTooLarge(request)) return { cause: 'secret', detail: `${otherSecret} A body above 64 KiB is not examined.` };
  return (
    (await firstThatPasses('encoding', otherEncodings(request, sent), passes)) ??
    (await firstThatPasses('options', otherOptions(provider, request, context.options), passes)) ??
    (await firstThatPasses('address', otherAddresses(request), passes)) ??
    (await firstThatPasses('body-changed', otherBodies(request), passes)) ??
    (await firstThatPasses('secret-form', otherSecrets(context.secrets), passes)) ?? {
      cause: 'secret',
      detail: otherSecret,
    }
  );
}

type Passes = (changed: Change) => boolean | Promise<boolean>;

async function firstThatPasses(
  cause: RefusalCause,
  trials: Iterable<Trial>,
  passes: Passes,
): Promise<Refusal | undefined> {
  for (const [detail, changed] of trials) {
    if (await passes(changed)) return { cause, detail };
    await nextTurn();
  }
  return undefined;
}

const isTooLarge = ({ body, encodedBody }: WebhookRequest): boolean =>
  body.length > MAX_BODY || (encodedBody?.length ?? 0) > MAX_BODY;

/** A plain token has no timestamp. */
const isTimeless = ({ headers }: WebhookRequest, sent: readonly string[]): boolean =>
  sent.some((name) => name.endsWith('-token') && headers[name] !== undefined);

/** GitLab sends a token, or a signature, or both. */
const isPlainToken = (sent: readonly string[]): boolean =>
  sent.length > 0 && sent.every((name) => name.endsWith('-token'));

/** A handshake that could have been answered is here because the source has another secret. */
function refusedHandshake(
  provider: Provider,
  request: WebhookRequest,
  context: VerificationContext,
): Refusal | undefined {
  if (context.secrets.length === 0 || provider.unsignedHandshake?.(request, context)?.secret === undefined) {
    return undefined;
  }
  return {
    cause: 'header-missing',
    detail:
      'The request is a handshake with a new secret, and the source has adopted another one already. To accept a new handshake, remove the secrets of the source.',
  };
}

function missingHeader(provider: Provider, expected: readonly string[], request: WebhookRequest): Refusal {
  const { headers } = request;
  const byDesign = provider.evidence?.unsigned?.(request);
  if (byDesign !== undefined) return { cause: 'header-missing', detail: byDesign };
  const alike = Object.keys(headers).filter((name) => /^[\w-]{1,60}$/.test(name) && /sign|hmac|token/.test(name));
  const others = alike.length > 0 ? ` The request has ${alike.slice(0, 5).join(', ')}.` : '';
  return { cause: 'header-missing', detail: `The header ${expected.join(' or ')} is missing.${others}` };
}

function wrongClock(signedAt: Date, now: Date): Refusal {
  const seconds = Math.round((now.getTime() - signedAt.getTime()) / 1000);
  const away = seconds > 0 ? `${seconds} s ago` : `${-seconds} s ahead of the server`;
  return {
    cause: 'clock',
    clockOffSeconds: seconds,
    detail: `The signature matches, but its timestamp is ${away}: a wrong clock, or a replayed request.`,
  };
}

const HEX = /[0-9a-f]{40,128}/i;
const BASE64 = /[A-Za-z0-9+/_-]{27,86}={0,2}/;

function* otherEncodings(request: WebhookRequest, names: readonly string[]): Generator<Trial> {
  for (const name of names) {
    const value = request.headers[name] ?? '';
    const hex = HEX.exec(value)?.[0];
    const found = hex ?? BASE64.exec(value)?.[0];
    if (found === undefined) continue;
    const bytes = Buffer.from(found, hex === undefined ? 'base64' : 'hex');
    const writtenIn = hex === undefined ? 'base64' : 'hexadecimal digits';
    for (const form of ['hex', 'base64', 'base64url'] as const) {
      const headers = { ...request.headers, [name]: value.replace(found, () => bytes.toString(form)) };
      yield [
        `The signature is encoded in ${writtenIn}, but expected in ${form}.`,
        { request: { ...request, headers } },
      ];
    }
  }
}

function* otherOptions(provider: Provider, request: WebhookRequest, options: Options): Generator<Trial> {
  for (const [what, other] of provider.evidence?.otherOptions?.(options, request) ?? [])
    yield [`The signature matches with ${what}.`, { options: other }];
}

function* otherAddresses(request: WebhookRequest): Generator<Trial> {
  const { url } = request;
  const scheme = url.startsWith('https:') ? url.replace('https:', 'http:') : url.replace('http:', 'https:');
  const slash = url.endsWith('/') ? url.slice(0, -1) : `${url}/`;
  for (const other of [scheme, slash])
    yield [`The sender signed a URL that does not match PUBLIC_URL.`, { request: { ...request, url: other } }];
}

function* otherBodies(request: WebhookRequest): Generator<Trial> {
  const text = request.body.toString('utf8');
  for (const other of [text.trim(), `${text}\n`, text.replaceAll('\r\n', '\n'), text.replaceAll(/\r?\n/g, '\r\n')])
    yield [
      'The signature matches the body with other whitespace: a proxy or library changed it.',
      { request: { ...request, body: Buffer.from(other) } },
    ];
  for (const other of reserialized(request.body))
    yield [
      'The signature matches the same JSON in another format: a proxy or library parsed and serialized it again.',
      { request: { ...request, body: Buffer.from(other) } },
    ];
}

/** The forms in which a secret is copied between consoles, files and Kubernetes. */
function* otherSecrets(secrets: readonly string[]): Generator<Trial> {
  for (const secret of secrets) {
    yield ['The sender signs with a newline after the secret.', { secrets: [`${secret}\n`] }];
    const bare = secret.replace(/^[a-z]+_/, '');
    if (bare !== '') yield ['The sender signs with the secret without its prefix.', { secrets: [bare] }];
    const encoded = Buffer.from(secret).toString('base64');
    yield ['The sender signs with the secret in base64.', { secrets: [encoded] }];
    const decoded = Buffer.from(secret, 'base64').toString('utf8');
    if (decoded !== '')
      yield ['The secret is in base64; the sender signs with the decoded one.', { secrets: [decoded] }];
  }
}

/** The JSON as the libraries of several languages serialize it. */
function* reserialized(body: Buffer): Generator<string> {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    return;
  }
  const indented = JSON.stringify(value, null, 1);
  const spaced = indented.replaceAll(/,\n\s*/g, ', ').replaceAll(/\n\s*/g, '');
  for (const text of [JSON.stringify(value), spaced, JSON.stringify(value, null, 2), JSON.stringify(value, null, 4)]) {
    yield text;
    yield `${text}\n`;
    yield text.replaceAll('/', String.raw`\/`);
    yield text.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }
}
