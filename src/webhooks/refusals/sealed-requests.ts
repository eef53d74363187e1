import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import type { WebhookRequest } from '../providers/provider.js';
import { Providers } from '../providers/providers.js';
import type { RefusedRequest } from './refused-request.entity.js';

/** Larger bodies are cut. */
export const STORED_BYTES = 16_384;

/** Names of headers that can hold a secret, whether the sender signs with them or not. */
const SECRET_NAME = /auth|cookie|key|passw|secret|session|token/;
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);
/** Credentials of the request itself, which few senders prove themselves with. */
const CREDENTIALS = new Set(['authorization', 'proxy-authorization', 'cookie']);

type Headers = Readonly<Record<string, string>>;

interface Rest {
  /** Absent: POST. */
  readonly method?: string;
  readonly url: string;
  readonly headers: Headers;
  /** In base64; absent: the body was not compressed. */
  readonly encodedBody?: string;
}

interface KeptHeaders {
  /** Headers with the secret itself, which are not shown. */
  readonly secretHeaders: readonly string[];
  /** Headers that prove the sender: credentials are kept only if they are among them. */
  readonly evidence: readonly string[];
}

type Sealed = Pick<RefusedRequest, 'id' | 'headers' | 'secrets'>;

/** Keeps refused requests unreadable in the database, except for headers without secrets. */
@Injectable()
export class SealedRequests {
  constructor(
    private readonly secretBox: SecretBox,
    private readonly providers: Providers,
  ) {}

  /** @param id the id of the row */
  seal(id: string, request: WebhookRequest, kept: KeptHeaders): Pick<RefusedRequest, 'headers' | 'secrets'> {
    const { shown, hidden } = divide(request.headers, kept);
    const { method, url, encodedBody } = request;
    const rest: Rest = {
      url,
      headers: hidden,
      ...(method !== undefined && { method }),
      ...(encodedBody !== undefined && { encodedBody: encodedBody.toString('base64', 0, STORED_BYTES) }),
    };
    // latin1 maps each byte to one character, so that any bytes survive.
    const body = request.body.toString('latin1', 0, STORED_BYTES);
    return { headers: shown, secrets: [body, JSON.stringify(rest)].map((text) => this.secretBox.seal(text, id)) };
  }

  /** The stored bytes, at most the first 16 KiB; empty if the body was not read. */
  bodyOf({ id, secrets: [body] }: Sealed): Buffer {
    return body === undefined ? Buffer.alloc(0) : Buffer.from(this.secretBox.open(body, id), 'latin1');
  }

  /** The same without a secret of the source, which stays in the sealed bytes because `open` is for verification. */
  shownBodyOf(refused: Sealed & Pick<RefusedRequest, 'detail'>): Buffer {
    const body = this.bodyOf(refused);
    return this.providers.find(refused.detail.scheme)?.storedBody?.(body) ?? body;
  }

  /** The request as it was received, except for its hop-by-hop headers and for credentials that prove nothing. */
  open(sealed: Sealed): WebhookRequest {
    const [, text] = sealed.secrets;
    const { encodedBody, ...rest }: Rest =
      text === undefined ? { url: '', headers: {} } : (JSON.parse(this.secretBox.open(text, sealed.id)) as Rest);
    const request = { ...rest, headers: { ...sealed.headers, ...rest.headers }, body: this.bodyOf(sealed) };
    return encodedBody === undefined ? request : { ...request, encodedBody: Buffer.from(encodedBody, 'base64') };
  }
}

/** The headers to show, without any that can hold a secret. */
export const shownHeaders = (
  headers: WebhookRequest['headers'],
  secretHeaders: readonly string[],
): Record<string, string> => divide(headers, { secretHeaders, evidence: [] }).shown;

function divide(headers: WebhookRequest['headers'], { secretHeaders, evidence }: KeptHeaders) {
  const shown: Record<string, string> = {};
  const hidden: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string' || HOP_BY_HOP.has(name)) continue;
    if (CREDENTIALS.has(name) && !evidence.includes(name)) continue;
    (SECRET_NAME.test(name) || secretHeaders.includes(name) ? hidden : shown)[name] = value;
  }
  return { shown, hidden };
}
