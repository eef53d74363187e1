import { isUtf8 } from 'node:buffer';
import { describeAs, firstLine } from './description.js';
import { isObject, isForm, isXml, parseForm, parseJson, type Payload } from './parse-body.js';
import { firstTextAt } from './payload.js';
import type { Description, WebhookRequest } from './provider.js';
import { titleOfXml } from './xml-title.js';

const TITLE_FIELDS = ['title', 'text', 'message', 'subject', 'name'];
/** The number of bytes to scan for a title. */
const HEAD = 16_384;

/** Describes the payload of an unknown sender, mostly JSON. Never throws. */
export function describeAnything(request: WebhookRequest): Description {
  const payload = payloadOf(request.body) ?? {};
  const type = firstTextAt(payload, 'type', 'event', 'event_type', 'eventType', 'event.type');
  const about = firstTextAt(payload, ...TITLE_FIELDS, ...TITLE_FIELDS.map((field) => `data.${field}`), 'data.id', 'id');
  return describeAs({
    eventType: type ?? 'message',
    title: type ? [type, firstLine(about)].filter(Boolean).join(': ') : titleOfAnything(request),
    url: firstTextAt(payload, 'url', 'html_url', 'data.url'),
  });
}

/** Finds a title in any body. Never throws. */
export function titleOfAnything(request: WebhookRequest): string {
  const { body } = request;
  const payload = payloadOf(body);
  const title = payload && firstLine(firstTextAt(payload, ...TITLE_FIELDS));
  if (title) return title;
  if (!isUtf8(body)) return `A message of ${body.length} bytes`;
  const head = headOf(body);
  if (isXml(body)) return titleOfXml(body) ?? firstLine(head);
  const field = isForm(request) ? formField(body) : undefined;
  return (payload ? head.trim() : firstLine(field ?? head)) || 'An empty message';
}

/** A JSON object, the first of an array, or the one on the first line, as in JSON Lines. */
function payloadOf(body: Buffer): Payload | undefined {
  const end = body.indexOf('\n');
  return objectIn(body) ?? (end > 0 ? objectIn(body.subarray(0, end)) : undefined);
}

function objectIn(body: Buffer): Payload | undefined {
  // Rules out most other bodies without the cost of an exception.
  if (!/^\uFEFF?\s*[[{]/.test(body.toString('utf8', 0, 100))) return undefined;
  try {
    const value = parseJson(body);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return isObject(first) ? first : undefined;
  } catch {
    return undefined;
  }
}

function headOf(body: Buffer): string {
  const head = body.toString('utf8', 0, HEAD).replace(/^\uFEFF/, '');
  // The cut may split a character.
  return body.length > HEAD ? head.replace(/\uFFFD+$/, '') : head;
}

/** `curl -d` labels any body as a form, so only fields with known names count. */
function formField(body: Buffer): string | undefined {
  const form = parseForm(body);
  return TITLE_FIELDS.map((name) => form.get(name)).find((value) => value) ?? undefined;
}
