import { hmacVerifier } from '../../providers/hmac-scheme.js';
import type { WebhookRequest } from '../../providers/provider.js';
import { decodeBase64, type HmacAlgorithm } from '../../providers/signature.js';
import { timeOf } from '../../providers/timestamp-window.js';

/** Options of the provider `hmac`, guessed from the form of a request. */
export interface GuessedScheme {
  readonly header: string;
  readonly algorithm: HmacAlgorithm;
  readonly encoding: 'hex' | 'base64' | 'base64url';
  readonly prefix?: string;
  readonly separator?: string;
  readonly content?: string;
  readonly timestamp?: GuessedTime;
  readonly idHeader?: string;
}

/** In a header of its own, or as an item of the signature's. */
export interface GuessedTime {
  readonly header?: string;
  readonly item?: string;
  readonly unit?: 'ms';
}

interface Signature {
  readonly header: string;
  readonly algorithm: HmacAlgorithm;
  readonly encoding: GuessedScheme['encoding'];
  readonly prefix: string;
  readonly separator: string | undefined;
  /** A time in the same header. */
  readonly timestamp: GuessedTime | undefined;
  readonly likelihood: number;
}

const ALGORITHMS: Readonly<Record<number, HmacAlgorithm>> = { 20: 'sha1', 32: 'sha256', 48: 'sha384', 64: 'sha512' };
const OF_SIGNATURES = /sign|hmac|digest|hash|sha\d|checksum/;
const OF_TIMES = /time|date|sent-at/;
const OF_IDS = /(?:^|-)(?:id|guid|uuid|delivery|nonce)$/;
const TIME = /^\d{10}(?:\d{3})?$/;
const MAX_VALUE = 1_000;
/** In the order in which senders use them most. */
const CONTENTS = [
  '{timestamp}.{body}',
  '{id}.{timestamp}.{body}',
  '{timestamp}{body}',
  '{timestamp}:{body}',
  'v0:{timestamp}:{body}',
];

/** @returns undefined if no header looks like a signature */
export function guessScheme(request: WebhookRequest): GuessedScheme | undefined {
  const [best] = Object.entries(request.headers)
    .flatMap(([name, value]) => (value === undefined || value.length > MAX_VALUE ? [] : signaturesIn(name, value)))
    .toSorted((a, b) => b.likelihood - a.likelihood);
  return best && schemeOf(best, request);
}

/**
 * The signed text with which the secret makes the signature, among the usual ones.
 * @returns undefined if none of them fits
 */
export function confirmScheme(
  guess: GuessedScheme,
  request: WebhookRequest,
  secret: string,
): GuessedScheme | undefined {
  const { content: _content, timestamp, ...plain } = guess;
  const schemes = [plain, ...CONTENTS.map((content) => ({ ...plain, content, ...(timestamp && { timestamp }) }))];
  return schemes.find((scheme) => {
    const now = signedAtOf(scheme, request);
    if (needs(scheme, '{timestamp}') && timestamp === undefined) return false;
    if (needs(scheme, '{id}') && scheme.idHeader === undefined) return false;
    return hmacVerifier({ ...scheme, upperCase: true })(request, { secrets: [secret], now });
  });
}

const needs = ({ content = '' }: GuessedScheme, part: string): boolean => content.includes(part);

function schemeOf(found: Signature, { headers }: WebhookRequest): GuessedScheme {
  const { header, algorithm, encoding, prefix, separator } = found;
  const names = Object.keys(headers);
  const timeHeader = names.find((name) => OF_TIMES.test(name) && TIME.test(headers[name] ?? ''));
  const idHeader = names.find((name) => OF_IDS.test(name) && name !== header && (headers[name] ?? '').length >= 6);
  const ownTime = timeHeader === undefined ? undefined : { header: timeHeader, ...unitOf(headers[timeHeader] ?? '') };
  const timestamp = found.timestamp ?? ownTime;
  return {
    header,
    algorithm,
    encoding,
    ...(prefix !== '' && { prefix }),
    ...(separator !== undefined && { separator }),
    ...(timestamp && { timestamp, content: '{timestamp}.{body}' }),
    ...(idHeader !== undefined && { idHeader }),
  };
}

function signaturesIn(header: string, value: string): Signature[] {
  const separator = /[,;]/.exec(value)?.[0];
  const items = separator === undefined ? [value] : value.split(separator).slice(0, 10);
  const timestamp = items.map(timeIn).find((time) => time !== undefined);
  return items.flatMap((item) => {
    const form = formOf(item);
    if (form === undefined) return [];
    const likelihood =
      (OF_SIGNATURES.test(header) ? 2 : 0) + (form.prefix === '' ? 0 : 1) + (timestamp === undefined ? 0 : 1);
    // A hash under another name is more often an id than a signature.
    return likelihood === 0 ? [] : [{ header, ...form, separator, timestamp, likelihood }];
  });
}

/** `t=1763683200` */
function timeIn(item: string): GuessedTime | undefined {
  const [, prefix, time = ''] = /^([\w-]{1,10}=)(\d{10}(?:\d{3})?)$/.exec(item) ?? [];
  return prefix === undefined ? undefined : { item: prefix, ...unitOf(time) };
}

const unitOf = (time: string): { unit?: 'ms' } => (time.length > 10 ? { unit: 'ms' } : {});

function formOf(item: string): Pick<Signature, 'algorithm' | 'encoding' | 'prefix'> | undefined {
  const prefixes = ['', /^[\w-]{1,20}[=,:](?=.)/.exec(item)?.[0] ?? ''];
  for (const prefix of prefixes) {
    const text = item.slice(prefix.length);
    if (/^(?:[\da-f]{2}){20,64}$/i.test(text)) {
      const algorithm = ALGORITHMS[text.length / 2];
      if (algorithm !== undefined) return { algorithm, encoding: 'hex', prefix };
    }
    for (const encoding of ['base64', 'base64url'] as const) {
      const algorithm = ALGORITHMS[decodeBase64(text, encoding)?.length ?? 0];
      if (algorithm !== undefined) return { algorithm, encoding, prefix };
    }
  }
  return undefined;
}

/** The time of the request counts, and not the time of the call. */
function signedAtOf({ timestamp, separator = ',', header }: GuessedScheme, { headers }: WebhookRequest): Date {
  const { header: own, item = '', unit = 's' } = timestamp ?? {};
  const items = (headers[header] ?? '').split(separator);
  const text = own === undefined ? items.find((one) => one.startsWith(item))?.slice(item.length) : headers[own];
  return new Date(timeOf(text, unit) ?? 0);
}
