import type { SignatureEvidence, WebhookRequest } from './provider.js';
import { decodeBase64, decodeHex, MAX_SIGNATURES } from './signature.js';
import { headerOf, readSignedContent } from './signed-content.js';
import { isNear, timeOf, type TimeUnit } from './timestamp-window.js';

export const ENCODINGS = ['hex', 'base64', 'base64url'] as const;
export type SignatureEncoding = (typeof ENCODINGS)[number];

/** The signed time of a request. It limits replays of captured requests. */
export interface SignedTime {
  /** The header with the time; absent: an item of the signature header. */
  readonly header?: string | undefined;
  /** The text before the time among the items of the signature header, such as `t=`. */
  readonly item?: string | undefined;
  /** `s` by default. */
  readonly unit?: TimeUnit;
  /** In both directions; 300 by default. */
  readonly windowSeconds?: number;
}

/** The place of a signature and the text that it covers, as data. Header names are lower case. */
export interface SignatureScheme {
  readonly header: string;
  /** `hex` by default, in lower case. */
  readonly encoding?: SignatureEncoding;
  /** The text before each signature, such as `sha256=` or `v1=`. */
  readonly prefix?: string;
  /** The text between the items of a header that lists several signatures, or a time beside them. */
  readonly separator?: string | undefined;
  /** A template of the signed text; see `readSignedContent`. `{body}` by default. */
  readonly content?: string;
  readonly timestamp?: SignedTime | undefined;
  /** The header for `{id}` in `content`. */
  readonly idHeader?: string | undefined;
  /** Whether hexadecimal digits may be in upper case. No named sender writes them. */
  readonly upperCase?: boolean;
}

/** The claim of a request that one of the signatures covers the content. */
export interface Claim {
  /** In pieces, so that the body need not be copied. */
  readonly content: readonly (string | Buffer)[];
  /** Undefined for a malformed one. */
  readonly signatures: readonly (Buffer | undefined)[];
}

/** Reads the claim of a request; undefined if a part is missing, or the signed time is outside the window. */
export type ClaimReader = (request: WebhookRequest, now: Date) => Claim | undefined;

/** @throws Error for content that can't be read: a mistake of a provider, found when it is loaded */
export function claimReader(scheme: SignatureScheme): ClaimReader {
  const { timestamp: time, idHeader } = scheme;
  const contentOf = readSignedContent(scheme.content ?? '{body}');
  if (contentOf === undefined) throw new Error(`The signed content ${scheme.content} can't be read.`);
  return (request, now) => {
    const items = itemsOf(request, scheme);
    if (items.length === 0 || items.length > MAX_SIGNATURES + 1) return undefined;
    const timestamp = time && timestampIn(request, items, time);
    if (time !== undefined && !isNear(timeOf(timestamp, time.unit), now, time.windowSeconds)) return undefined;
    const id = idHeader === undefined ? undefined : headerOf(request, idHeader);
    const content = contentOf({ request, timestamp, id });
    return content && { content, signatures: signaturesIn(items, scheme) };
  };
}

export function evidenceOf(scheme: SignatureScheme): SignatureEvidence {
  const { header, timestamp: time } = scheme;
  const headers = () => [header];
  if (time === undefined) return { headers };
  return { headers, signedAt: (request) => timeOf(timestampIn(request, itemsOf(request, scheme), time), time.unit) };
}

function itemsOf(request: WebhookRequest, { header, separator }: SignatureScheme): string[] {
  const value = headerOf(request, header);
  if (value === undefined) return [];
  return separator === undefined ? [value] : value.split(separator);
}

function signaturesIn(items: readonly string[], scheme: SignatureScheme): (Buffer | undefined)[] {
  const { prefix = '', encoding = 'hex', upperCase = false } = scheme;
  const decode = (text: string) =>
    encoding === 'hex' ? decodeHex(upperCase ? text.toLowerCase() : text) : decodeBase64(text, encoding);
  return items.filter((item) => item.startsWith(prefix)).map((item) => decode(item.slice(prefix.length)));
}

/** A time that is given twice is none: it would be open which one is signed. */
function timestampIn(request: WebhookRequest, items: readonly string[], { header, item = '' }: SignedTime) {
  if (header !== undefined) return headerOf(request, header);
  const times = items.filter((text) => text.startsWith(item));
  return times.length === 1 ? times[0]?.slice(item.length) : undefined;
}
