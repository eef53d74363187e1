import { isUtf8 } from 'node:buffer';
import { deliveryUnreadable } from './provider.errors.js';
import type { WebhookRequest } from './provider.js';
import { skimJson } from './skim-json.js';

const MAX_DEPTH = 64;
const MAX_KEYS = 10_000;
/** Lists, objects and further items of them: without a bound, half a million would be built and checked. */
const MAX_VALUES = 30_000;
/** In characters. Only the outline of a larger body is read: building all of its values would block the event loop. */
const MAX_LENGTH = 512 * 1024;

const SPACE = 0x20;
const QUOTE = 0x22;
const PERCENT = 0x25;
const PLUS = 0x2b;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** A JSON object of a sender. Read it with `textAt` and the like, which check the type of each value. */
export type Payload = Readonly<Record<string, unknown>>;

/**
 * Parses JSON of senders safely: JSON.stringify overflows the stack at some 5,000 levels, and an own `__proto__`
 * pollutes objects that it is copied into. Reads only the outline of a body that is too large, too deep or has such a
 * name: this may cost the title, but not the event.
 * @throws TidingsError `delivery.unreadable`
 */
export function parseJson(body: Buffer | string): unknown {
  const entire = parseEntire(body);
  return entire === undefined ? outlineOf(body) : entire.value;
}

/**
 * Parses the whole of a body.
 * @returns undefined for a body of which `parseJson` reads only the outline
 * @throws TidingsError `delivery.unreadable`
 */
export function parseEntire(body: Buffer | string): { readonly value: unknown } | undefined {
  if (body.length > MAX_LENGTH) return undefined;
  const text = typeof body === 'string' ? body : textOf(body);
  if (isExcessive(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw deliveryUnreadable('The body is not JSON.', { cause: error });
  }
  return hasPoison(value) ? undefined : { value };
}

function outlineOf(body: Buffer | string): unknown {
  const outline = skimJson(typeof body === 'string' ? Buffer.from(body) : body);
  if (outline === undefined) throw deliveryUnreadable('The body is not JSON.');
  return outline.value;
}

/**
 * An XML body yields no fields, so that the headers alone describe the event.
 * @throws TidingsError `delivery.unreadable`
 */
export function parseObject(body: Buffer | string): Payload {
  if (typeof body !== 'string' && isXml(body)) return {};
  const value = parseJson(body);
  if (!isObject(value)) throw deliveryUnreadable('The body is not a JSON object.');
  return value;
}

/** For the accept path, which must not fail for an unreadable body: undefined instead of an error. */
export function peekObject(body: Buffer): Payload | undefined {
  try {
    const value = parseJson(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isXml(body: Buffer): boolean {
  return /^\uFEFF?\s*<[?!\w]/.test(body.toString('utf8', 0, 200));
}

/**
 * Parses a form, at most its first 10,000 fields.
 * @throws TidingsError `delivery.unreadable`
 */
export function parseForm(body: Buffer): URLSearchParams {
  if (!isUtf8(body)) throw deliveryUnreadable('The body is not text.');
  const form = new URLSearchParams();
  for (let start = 0; start <= body.length && form.size < MAX_KEYS;) {
    const ampersand = body.indexOf('&', start);
    const pair = body.subarray(start, ampersand < 0 ? body.length : ampersand);
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.subarray(0, equals);
    if (pair.length > 0) form.append(decodeField(name), equals < 0 ? '' : decodeField(pair.subarray(equals + 1)));
    start = ampersand < 0 ? body.length + 1 : ampersand + 1;
  }
  return form;
}

/** Like URLSearchParams, in a third of the time: a field can hold megabytes of JSON. */
function decodeField(encoded: Buffer): string {
  if (!encoded.includes(PERCENT) && !encoded.includes(PLUS)) return encoded.toString('utf8');
  const decoded = Buffer.allocUnsafe(encoded.length);
  let length = 0;
  for (let at = 0; at < encoded.length; at++) {
    const byte = encoded[at] ?? 0;
    const escaped = byte === PERCENT ? digitOf(encoded[at + 1]) * 16 + digitOf(encoded[at + 2]) : Number.NaN;
    decoded[length++] = escaped >= 0 ? escaped : byte === PLUS ? SPACE : byte;
    if (escaped >= 0) at += 2;
  }
  return decoded.toString('utf8', 0, length);
}

/** The value of a hexadecimal digit; NaN for anything else. */
function digitOf(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}

/** Checks only the beginning: some senders repeat or misspell the rest of the content type. */
export function isForm(request: WebhookRequest): boolean {
  return /^\s*application\/x-www-form-urlencoded(?![\w.+-])/i.test(request.headers['content-type'] ?? '');
}

/** @throws TypeError when the bytes are not UTF-8 */
function decodeUtf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** For senders that send only JSON or forms: detects a form by its bytes, whatever its content type. */
export function isFormOrLikeOne(request: WebhookRequest): boolean {
  return isForm(request) || /^[\w%.]+=/.test(request.body.toString('latin1', 0, 100));
}

export function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(body: Buffer): string {
  try {
    return decodeUtf8(body);
  } catch (error) {
    throw deliveryUnreadable('The body is not text.', { cause: error });
  }
}

/** Runs before the parser: building half a million nested arrays would block the event loop for too long. */
function isExcessive(text: string): boolean {
  let depth = 0;
  let keys = 0;
  let values = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === QUOTE) isInString = !isInString;
    else if (isInString) i += character === BACKSLASH ? 1 : 0;
    else if (character === COLON) keys++;
    else if (character === COMMA) values++;
    else if (character === OPEN_LIST || character === OPEN_OBJECT) {
      depth++;
      values++;
    } else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth--;
    if (depth > MAX_DEPTH || keys > MAX_KEYS || values > MAX_VALUES) return true;
  }
  return false;
}

/** Safe to recurse: the depth was checked before. */
function hasPoison(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasPoison);
  return Object.entries(value).some(([key, item]) => isPoison(key, item) || hasPoison(item));
}

function isPoison(key: string, value: unknown): boolean {
  return key === '__proto__' || (key === 'constructor' && isObject(value) && Object.hasOwn(value, 'prototype'));
}
