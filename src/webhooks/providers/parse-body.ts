import { deliveryUnreadable } from '../delivery.errors.js';
import type { WebhookRequest } from './provider.js';

const MAX_DEPTH = 64;
const MAX_KEYS = 10_000;

/** A JSON object of a sender. Read it with `textAt` and its siblings, which check each value that they hand out. */
export type Payload = Readonly<Record<string, unknown>>;

/**
 * Every body that the service reads goes through here. JSON.parse accepts more than the rest of the way can carry:
 * JSON.stringify overflows the stack at some 5,000 levels, and an own `__proto__` pollutes whatever it is copied into.
 * @throws TidingsError `delivery.unreadable`
 */
export function parseJson(body: Buffer | string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(typeof body === 'string' ? body : decodeUtf8(body));
  } catch (error) {
    throw deliveryUnreadable('The body is not JSON.', { cause: error });
  }
  checkShape(value);
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
  let form: URLSearchParams;
  try {
    form = new URLSearchParams(decodeUtf8(body));
  } catch (error) {
    throw deliveryUnreadable('The body is not text.', { cause: error });
  }
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

function checkShape(root: unknown): void {
  let keys = 0;
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_DEPTH) throw deliveryUnreadable(`The body is nested deeper than ${MAX_DEPTH} levels.`);
    if (Array.isArray(value)) {
      for (const item of value) visit(item, depth + 1);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      if (++keys > MAX_KEYS) throw deliveryUnreadable(`The body has more than ${MAX_KEYS} keys.`);
      if (isPoison(key, item)) throw deliveryUnreadable(`The body has a forbidden key.`);
      visit(item, depth + 1);
    }
  };
  visit(root, 1);
}

function isPoison(key: string, value: unknown): boolean {
  return key === '__proto__' || (key === 'constructor' && isObject(value) && Object.hasOwn(value, 'prototype'));
}
