import { deliveryUnreadable } from '../delivery.errors.js';
import type { WebhookRequest } from './provider.js';

const MAX_DEPTH = 64;
const MAX_KEYS = 10_000;

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** A JSON object of a sender. Read it with `textAt` and its siblings, which check each value that they hand out. */
export type Payload = Readonly<Record<string, unknown>>;

/**
 * Every body that the service reads goes through here. JSON.parse accepts more than the rest of the way can carry:
 * JSON.stringify overflows the stack at some 5,000 levels, and an own `__proto__` pollutes whatever it is copied into.
 * @throws TidingsError `delivery.unreadable`
 */
export function parseJson(body: Buffer | string): unknown {
  const text = typeof body === 'string' ? body : textOf(body);
  checkSize(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw deliveryUnreadable('The body is not JSON.', { cause: error });
  }
  refusePoison(value);
  return value;
}

/** @throws TidingsError `delivery.unreadable` */
export function parseObject(body: Buffer | string): Payload {
  const value = parseJson(body);
  if (!isObject(value)) throw deliveryUnreadable('The body is not a JSON object.');
  return value;
}

/** For the accept path, which may not fail over a body that it only looks into: undefined instead of an error. */
export function peekObject(body: Buffer): Payload | undefined {
  try {
    return parseObject(body);
  } catch {
    return undefined;
  }
}

/** @throws TidingsError `delivery.unreadable` */
export function parseForm(body: Buffer): URLSearchParams {
  const form = new URLSearchParams(textOf(body));
  if (form.size > MAX_KEYS) throw deliveryUnreadable(`The body has more than ${MAX_KEYS} keys.`);
  return form;
}

export function isForm(request: WebhookRequest): boolean {
  return mediaType(request) === 'application/x-www-form-urlencoded';
}

/** @throws TypeError when the bytes are not UTF-8 */
export function decodeUtf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function mediaType(request: WebhookRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase();
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(body: Buffer): string {
  try {
    return decodeUtf8(body);
  } catch (error) {
    throw deliveryUnreadable('The body is not text.', { cause: error });
  }
}

/** Before it is parsed: building half a million nested lists takes longer than anything else may be kept waiting. */
function checkSize(text: string): void {
  let depth = 0;
  let keys = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === QUOTE) inString = !inString;
    else if (inString) i += character === BACKSLASH ? 1 : 0;
    else if (character === COLON) keys++;
    else if (character === OPEN_LIST || character === OPEN_OBJECT) depth++;
    else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth--;
    if (depth > MAX_DEPTH) throw deliveryUnreadable(`The body is nested deeper than ${MAX_DEPTH} levels.`);
    if (keys > MAX_KEYS) throw deliveryUnreadable(`The body has more than ${MAX_KEYS} keys.`);
  }
}

/** Not so deep that the stack could overflow: its size was checked before. */
function refusePoison(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) refusePoison(item);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (isPoison(key, item)) throw deliveryUnreadable('The body has a forbidden key.');
    refusePoison(item);
  }
}

function isPoison(key: string, value: unknown): boolean {
  return key === '__proto__' || (key === 'constructor' && isObject(value) && Object.hasOwn(value, 'prototype'));
}
