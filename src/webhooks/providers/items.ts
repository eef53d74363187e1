import { deliveryIdFrom } from './delivery-id.js';
import { peekObject } from './parse-body.js';
import { firstTextAt } from './payload.js';
import type { DeliveryItem, WebhookRequest } from './provider.js';

/** Further items of a delivery make no events. */
export const MAX_ITEMS = 1_000;
/** A larger body is not split: finding its items would hold the event loop. */
const MAX_BYTES = 4 * 1024 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * The items of a JSON list, or the lines of JSON Lines, with their bytes: at most one more than 1,000.
 * @returns undefined for any other body, an empty list, or more than 4 MiB. Never throws.
 */
export function itemsIn({ body }: WebhookRequest): readonly DeliveryItem[] | undefined {
  if (body.length > MAX_BYTES) return undefined;
  const bodies = /^\uFEFF?\s*\[/.test(body.toString('utf8', 0, 100)) ? elementsOf(body) : linesOf(body);
  return bodies === undefined || bodies.length === 0 ? undefined : bodies.map(itemOf);
}

function itemOf(body: Buffer): DeliveryItem {
  const fields = peekObject(body);
  const id = fields && deliveryIdFrom(firstTextAt(fields, 'id', 'event_id', 'eventId', 'sg_event_id', 'uuid'));
  return id === undefined ? { body } : { body, id };
}

/** Cuts a list at the commas of its first level, without parsing its elements. Undefined for a list without its end. */
function elementsOf(body: Buffer): Buffer[] | undefined {
  const elements: Buffer[] = [];
  let depth = 0;
  let start = 0;
  for (let at = body.indexOf(OPEN_LIST); at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfString(body, at);
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth === 1) start = at + 1;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    const isEnd = depth === 0;
    if (isEnd || (depth === 1 && byte === COMMA)) {
      const element = trimmed(body.subarray(start, at));
      if (element.length > 0) elements.push(element);
      if (isEnd || elements.length > MAX_ITEMS) return elements;
      start = at + 1;
    }
  }
  return undefined;
}

/** The place of the closing quote, or the end of a body that lacks it. */
function endOfString(body: Buffer, opening: number): number {
  for (let at = opening + 1; at < body.length; at++) {
    if (body[at] === BACKSLASH) at += 1;
    else if (body[at] === QUOTE) return at;
  }
  return body.length;
}

/** Undefined unless there are several lines, and each begins and ends like an object. */
function linesOf(body: Buffer): Buffer[] | undefined {
  const lines: Buffer[] = [];
  for (let start = 0; start < body.length && lines.length <= MAX_ITEMS;) {
    const next = body.indexOf('\n', start);
    const end = next < 0 ? body.length : next;
    const line = trimmed(body.subarray(start, end));
    if (line.length > 0) {
      if (line[0] !== OPEN_OBJECT || line.at(-1) !== CLOSE_OBJECT) return undefined;
      lines.push(line);
    }
    start = end + 1;
  }
  return lines.length > 1 ? lines : undefined;
}

function trimmed(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && (bytes[start] ?? 0) <= 0x20) start += 1;
  while (end > start && (bytes[end - 1] ?? 0) <= 0x20) end -= 1;
  return bytes.subarray(start, end);
}
