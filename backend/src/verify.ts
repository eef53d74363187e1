import { TidingsError, type TidingsEvent, type TypedEvent } from '@tidings/client';

const DEFAULT_TOLERANCE_SECONDS = 300;
/** A message has one signature for each secret of the endpoint. */
const MAX_SIGNATURES = 16;

export type VerificationCode =
  | 'webhook.malformed'
  | 'webhook.secret-invalid'
  | 'webhook.too-new'
  | 'webhook.too-old'
  | 'webhook.unsigned'
  | 'webhook.wrong-signature';

/** The request was not sent by the service for this endpoint, or too long ago: answer it with 400. */
export class VerificationError extends TidingsError {
  constructor(
    override readonly code: VerificationCode,
    message: string,
  ) {
    super(code, message, false);
  }
}

/** The headers of a request: of `fetch`, or as Node has them. */
export type HeadersLike =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  readonly headers: HeadersLike;
  /** The bytes that were received, or their text: not JSON that was parsed and written again. */
  readonly body: string | Uint8Array;
  /** The secrets of the endpoint, `whsec_...`: two of them while the secret is being replaced. */
  readonly secret: string | readonly string[];
  /** How far the time of sending may differ from this machine's time; by default 300 s. */
  readonly toleranceSeconds?: number;
}

/** The sender of a request is the service. */
export interface Verified {
  /** The same in every attempt and replay: use it to ignore repeats. */
  readonly id: string;
  readonly sentAt: Date;
  /** The id of a relayed webhook in the service. */
  readonly deliveryId: string | undefined;
}

export interface VerifiedEvent<MyEvents extends object = never> extends Verified {
  readonly workspaceId: string;
  readonly event: TidingsEvent | TypedEvent<MyEvents>;
}

interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

/**
 * Verifies that an outbound webhook or a relay comes from the service, by https://www.standardwebhooks.com. Compares in
 * constant time.
 * @throws VerificationError
 */
export async function verify({
  headers,
  body,
  secret,
  toleranceSeconds = DEFAULT_TOLERANCE_SECONDS,
}: VerifyOptions): Promise<Verified> {
  const header = readerOf(headers);
  // A relay whose sender uses the names of the standard itself has the prefix.
  const { id, timestamp, signature } =
    signedBy(header, 'tidings-webhook-') ?? signedBy(header, 'webhook-') ?? unsigned();
  // With a dot in it, another split of the signed text would be as valid.
  if (id.includes('.') || !/^\d{1,12}$/.test(timestamp)) {
    throw new VerificationError('webhook.malformed', 'The id or the timestamp of the webhook is malformed.');
  }
  const keys = await Promise.all([secret].flat().map(keyOf));
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), bytesOf(body));
  if (!(await isSigned(signed, signature, keys))) {
    throw new VerificationError('webhook.wrong-signature', 'No signature of the webhook fits the body and a secret.');
  }
  const age = Date.now() / 1000 - Number(timestamp);
  if (age > toleranceSeconds) throw new VerificationError('webhook.too-old', 'The webhook was sent too long ago.');
  if (-age > toleranceSeconds) throw new VerificationError('webhook.too-new', 'The webhook was sent in the future.');
  return { id, sentAt: new Date(Number(timestamp) * 1000), deliveryId: header('tidings-delivery-id') };
}

/**
 * Verifies an outbound webhook and returns its event. A relay has the body of its sender: use `verify` for it.
 * @throws VerificationError
 */
export async function verifyEvent<MyEvents extends object = never>(
  options: VerifyOptions,
): Promise<VerifiedEvent<MyEvents>> {
  const verified = await verify(options);
  try {
    const text = typeof options.body === 'string' ? options.body : new TextDecoder().decode(options.body);
    const { workspaceId, data } = JSON.parse(text) as { workspaceId: string; data: VerifiedEvent<MyEvents>['event'] };
    return { ...verified, workspaceId, event: data };
  } catch {
    throw new VerificationError('webhook.malformed', 'The body of the webhook is not JSON.');
  }
}

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
type HeaderReader = (name: string) => string | undefined;

function readerOf(headers: HeadersLike): HeaderReader {
  if (typeof headers.get === 'function') {
    const get = headers.get.bind(headers);
    return (name) => get(name) ?? undefined;
  }
  const entries = Object.entries(headers as Readonly<Record<string, string | readonly string[] | undefined>>);
  const byName = new Map(entries.map(([name, value]) => [name.toLowerCase(), [value].flat()[0]]));
  return (name) => byName.get(name);
}

function signedBy(header: HeaderReader, prefix: string): Signed | undefined {
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) => header(prefix + name));
  return id && timestamp && signature ? { id, timestamp, signature } : undefined;
}

function unsigned(): never {
  throw new VerificationError(
    'webhook.unsigned',
    'The request has no webhook-id, webhook-timestamp or webhook-signature.',
  );
}

/** WebCrypto compares in constant time. */
async function isSigned(signed: Uint8Array<ArrayBuffer>, header: string, keys: readonly Key[]): Promise<boolean> {
  const signatures = header
    .split(' ')
    .slice(0, MAX_SIGNATURES)
    .flatMap((one) => (one.startsWith('v1,') ? (decodeBase64(one.slice(3)) ?? []) : []));
  const matches = await Promise.all(
    keys.flatMap((key) => signatures.map((signature) => crypto.subtle.verify('HMAC', key, signature, signed))),
  );
  return matches.includes(true);
}

async function keyOf(secret: string): Promise<Key> {
  const bytes = decodeBase64(secret.replace(/^whsec_/, ''));
  if (bytes === undefined || bytes.length === 0) {
    throw new VerificationError('webhook.secret-invalid', 'A secret is not `whsec_` and base64.');
  }
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

const bytesOf = (body: string | Uint8Array): Uint8Array =>
  typeof body === 'string' ? new TextEncoder().encode(body) : body;

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
