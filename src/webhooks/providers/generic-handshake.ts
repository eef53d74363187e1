import { createHmac } from 'node:crypto';
import { nameOf, type Handshake } from './generic-answer.js';
import { isForm, parseForm, peekObject } from './parse-body.js';
import { textAt } from './payload.js';
import type { HandshakeContext, ProviderAnswer, WebhookRequest } from './provider.js';
import { isOneOf } from './signature.js';
import { headerOf, queryOf } from './signed-content.js';

/** Printable ASCII: the answer may put it into a header. */
const CHALLENGE = /^[ -~]{1,1000}$/;
/** No handshake has a larger body. */
const MAX_BODY = 8_192;
/** Letters, digits and the characters of base64. */
const SIGNED_CHALLENGE = /^[\w.+/=-]{1,1000}$/;

/**
 * Whether a handshake would sign this text for any client: the same HMAC over the same text must not pass as that of a
 * webhook.
 */
export function isSignedForAnyClient(content: readonly (string | Buffer)[], handshake: Handshake | undefined): boolean {
  if (handshake?.sign === undefined) return false;
  if (content.reduce((sum, piece) => sum + piece.length, 0) > 1_000) return false;
  return SIGNED_CHALLENGE.test(content.map((piece) => piece.toString('latin1')).join(''));
}

/** Answers a handshake as the options of the source say; undefined if the request is none. */
export function answerHandshake(
  request: WebhookRequest,
  handshake: Handshake | undefined,
  { secrets }: Pick<HandshakeContext, 'secrets'>,
): ProviderAnswer | undefined {
  if (handshake === undefined || !hasToken(request, handshake.verifyToken)) return undefined;
  const { challenge: place } = handshake;
  if (place === undefined) return isGet(request) ? {} : undefined;
  if (place.startsWith('body:') && handshake.verifyToken === undefined && !hasOneField(request)) return undefined;
  const challenge = valueAt(request, place);
  const allowed = handshake.sign === undefined ? CHALLENGE : SIGNED_CHALLENGE;
  if (challenge === undefined || !allowed.test(challenge)) return undefined;
  const text = signed(challenge, handshake, secrets[0]);
  const name = handshake.name ?? nameOf(place);
  if (handshake.answer === 'header') return { headers: { [name]: text } };
  if (handshake.answer === 'json') return { contentType: 'application/json', body: JSON.stringify({ [name]: text }) };
  // Never HTML, which a browser would run.
  return { contentType: 'text/plain; charset=utf-8', body: text };
}

const isGet = ({ method }: WebhookRequest): boolean => method === 'GET' || method === 'HEAD';

function hasToken(request: WebhookRequest, token: Handshake['verifyToken']): boolean {
  return token === undefined || isOneOf(valueAt(request, token.at), [token.value]);
}

function signed(challenge: string, { sign, prefix }: Handshake, secret = ''): string {
  return sign === undefined ? challenge : `${prefix}${createHmac('sha256', secret).update(challenge).digest(sign)}`;
}

/** A webhook that happens to have a field of this name has others too. */
function hasOneField(request: WebhookRequest): boolean {
  if (request.body.length > MAX_BODY) return false;
  return isForm(request)
    ? parseForm(request.body).size === 1
    : Object.keys(peekObject(request.body) ?? {}).length === 1;
}

/** A value that is given twice is none. */
function valueAt(request: WebhookRequest, place: string): string | undefined {
  const name = nameOf(place);
  if (place.startsWith('header:')) return headerOf(request, name.toLowerCase());
  if (place.startsWith('query:')) return onlyOne(new URLSearchParams(queryOf(request.url)), name);
  if (request.body.length > MAX_BODY) return undefined;
  return isForm(request) ? onlyOne(parseForm(request.body), name) : fieldOf(request.body, name);
}

function onlyOne(fields: URLSearchParams, name: string): string | undefined {
  const values = fields.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

function fieldOf(body: Buffer, path: string): string | undefined {
  const payload = peekObject(body);
  return payload && textAt(payload, path);
}
