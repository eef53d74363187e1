import { asymmetricVerifier, readPublicSecret } from '../asymmetric-scheme.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAnything } from '../free-text.js';
import { answerFor } from '../generic-answer.js';
import { answerHandshake, isSignedForAnyClient } from '../generic-handshake.js';
import { hmacVerifier } from '../hmac-scheme.js';
import type { Options, Proof, Provider, ProviderAnswer, VerificationContext, WebhookRequest } from '../provider.js';
import { readKey } from '../read-key.js';
import { optionsReader } from '../read-options.js';
import { isOneOf } from '../signature.js';
import { ENCODINGS, evidenceOf } from '../signature-scheme.js';
import { headerOf, readLastingContent } from '../signed-content.js';
import { ALGORITHMS, hmacOptions, type HmacOptions } from './hmac.options.js';

/** The options of a source, read once. */
interface Prepared {
  readonly options: HmacOptions;
  readonly verify: (request: WebhookRequest, context: VerificationContext) => boolean | Promise<boolean>;
  readonly lastingBody: (request: WebhookRequest) => Buffer | undefined;
}

const PING = /^webhook_id=\d{1,20}$/;
const KEY_KINDS = { ed25519: 'ed25519', ecdsa: 'p256', rsa: 'rsa' } as const;

const prepare = optionsReader<HmacOptions, Prepared>(hmacOptions, (options) => ({
  options,
  verify: verifierOf(options),
  lastingBody: readLastingContent(options.content),
}));

const PROOFS: Readonly<Record<string, Proof>> = {
  token: 'token',
  basic: 'password',
  ed25519: 'public-key',
  ecdsa: 'public-key',
  rsa: 'public-key',
};

/** Any sender that signs with one header, in one of the usual ways. */
export const provider: Provider = {
  name: 'hmac',
  setup: {
    label: 'Any sender with an HMAC',
    documentation: 'https://www.rfc-editor.org/rfc/rfc2104',
    steps: [
      'Give the sender `{url}` as the address of its webhook.',
      'Look up in its documentation which header has the signature, with which hash and encoding, and set the options of the source accordingly. `POST /v1/tools/identify` guesses them from a request.',
    ],
    secret: 'The key with which the sender signs, from its console or its documentation.',
  },
  secrets: 'required',
  secretFrom: 'either',
  proof: ({ scheme = 'hmac' }) => (typeof scheme === 'string' ? PROOFS[scheme] : undefined) ?? 'signature',
  options: hmacOptions,
  evidence: {
    headers: ({ header }) => (typeof header === 'string' ? [header] : []),
    signedAt: (request, options) => signedAt(request, options),
    otherOptions,
  },
  dedupWindowSeconds: 86_400,
  /** A token is the secret itself. */
  secretHeaders: ({ header, scheme }) =>
    (scheme === 'token' || scheme === 'basic') && typeof header === 'string' ? [header] : [],

  readSecret(secret, options = {}) {
    const { scheme, key } = prepare(options)?.options ?? {};
    if (scheme === 'ed25519' || scheme === 'ecdsa' || scheme === 'rsa')
      return readPublicSecret(secret, KEY_KINDS[scheme]);
    if (scheme === 'basic' && !secret.includes(':'))
      return { problem: 'is not a name and a password with `:` between' };
    if (scheme !== 'hmac' || key === undefined || readKey(secret, key) !== undefined) return { keys: [secret] };
    return { problem: `is not in the encoding ${key}` };
  },

  verify(request, context) {
    return prepare(context.options)?.verify(request, context) ?? false;
  },

  deliveryId(request, { options }) {
    const names = [options['idHeader'], 'idempotency-key', 'webhook-id'].filter((name) => typeof name === 'string');
    return names.map((name) => deliveryIdFrom(headerOf(request, name))).find((id) => id !== undefined);
  },

  lastingBody: (request, { options }) => prepare(options)?.lastingBody(request),

  /** A challenge in the body may be signed as every other request is. */
  handshake(request, context) {
    const handshake = prepare(context.options)?.options.handshake;
    return handshake?.challenge?.startsWith('body:') === true
      ? answerHandshake(request, handshake, context)
      : undefined;
  },

  unsignedHandshake(request, context) {
    const options = prepare(context.options)?.options;
    return options && (answerHandshake(request, options.handshake, context) ?? answerPing(request, options));
  },

  answer: (_request, acceptance, options) => answerFor(prepare(options)?.options.answer, acceptance),

  describe: describeAnything,
};

function verifierOf(options: HmacOptions): Prepared['verify'] {
  const { scheme, algorithm, form, header, prefix } = options;
  // Unlike the named senders, an unknown one may use upper-case digits.
  const place = { ...options, upperCase: true };
  if (scheme === 'hmac') return hmacVerifier(place, (content) => !isSignedForAnyClient(content, options.handshake));
  if (scheme === 'token' || scheme === 'basic') {
    return (request, { secrets }) => isOneOf(tokenIn(headerOf(request, header), prefix), expectedOf(scheme, secrets));
  }
  const kind = KEY_KINDS[scheme];
  return asymmetricVerifier({ ...place, kind, hash: algorithm, form: form === 'raw' ? 'ieee-p1363' : 'der' });
}

function tokenIn(value: string | undefined, prefix: string): string | undefined {
  return value?.startsWith(prefix) === true ? value.slice(prefix.length) : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc7617#section-2 */
function expectedOf(scheme: 'token' | 'basic', secrets: readonly string[]): readonly string[] {
  const usable = secrets.filter((secret) => secret !== '');
  return scheme === 'token' ? usable : usable.map((secret) => `Basic ${Buffer.from(secret).toString('base64')}`);
}

function signedAt(request: WebhookRequest, options: Options): number | null | undefined {
  const known = prepare(options)?.options;
  if (known?.timestamp === undefined) return null;
  return evidenceOf(known).signedAt?.(request, options);
}

function answerPing(request: WebhookRequest, { answerPings, header }: HmacOptions): ProviderAnswer | undefined {
  if (!answerPings || headerOf(request, header) !== undefined) return undefined;
  return PING.test(request.body.toString('latin1', 0, 100)) ? {} : undefined;
}

function* otherOptions(options: Options, request: WebhookRequest): Generator<readonly [string, Options]> {
  if (prepare(options)?.options.scheme !== 'hmac') return;
  const value = headerOf(request, String(options['header'])) ?? '';
  const prefixes = new Set([String(options['prefix'] ?? ''), '', /^\w{1,20}=/.exec(value)?.[0] ?? '']);
  for (const prefix of prefixes)
    for (const algorithm of ALGORITHMS)
      for (const encoding of ENCODINGS) {
        const words = `algorithm ${algorithm}, encoding ${encoding}, ${prefix === '' ? 'no prefix' : `prefix ${prefix}`}`;
        yield [words, { ...options, prefix, algorithm, encoding }];
      }
}
