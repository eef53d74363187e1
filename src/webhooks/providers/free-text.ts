import { isUtf8 } from 'node:buffer';
import { describeAs, firstLine } from './description.js';
import { isObject, isXml, parseJson, type Payload } from './parse-body.js';
import { MAX_XML_BYTES } from './parse-xml.js';
import { isMultipart } from './parse-multipart.js';
import { firstTextAt, textAt } from './payload.js';
import type { Description, WebhookRequest } from './provider.js';
import { readContent } from './read-content.js';

const TITLE_FIELDS = ['title', 'text', 'message', 'subject', 'name'];
/** The number of bytes to scan for a title. */
const HEAD = 16_384;
const MAX_NAMES = 5;

/** Describes the payload of an unknown sender, mostly JSON. Never throws. */
export function describeAnything(request: WebhookRequest): Description {
  const payload = payloadOf(request) ?? {};
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
  const json = jsonIn(body);
  const fields = json ?? fieldsIn(request);
  const title = fields && firstLine(firstTextAt(fields, ...TITLE_FIELDS));
  if (title) return title;
  if (fields !== undefined && json === undefined) {
    if (isMultipart(request)) return `A form with ${Object.keys(fields).slice(0, MAX_NAMES).join(', ')}`;
    if (isXml(body)) return titleWithin(fields) ?? Object.keys(fields)[0] ?? '';
  }
  if (!isUtf8(body) || (isXml(body) && body.length > MAX_XML_BYTES)) return `A message of ${body.length} bytes`;
  const head = headOf(body);
  return (json ? head.trim() : firstLine(head)) || 'An empty message';
}

/** The fields of a body; those of the root element for XML. */
function payloadOf(request: WebhookRequest): Payload | undefined {
  const json = jsonIn(request.body);
  if (json !== undefined) return json;
  const fields = fieldsIn(request);
  const [root] = fields !== undefined && isXml(request.body) ? Object.values(fields) : [fields];
  return isObject(root) ? root : undefined;
}

/** A JSON object, the first of an array, or the one on the first line, as in JSON Lines. */
function jsonIn(body: Buffer): Payload | undefined {
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

/** The fields of a form, of multipart/form-data, or of XML. */
function fieldsIn(request: WebhookRequest): Payload | undefined {
  try {
    const value = readContent(request)?.value;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The text of the first title-like element, at any depth: parsed XML has at most 64 levels. */
function titleWithin(fields: Payload): string | undefined {
  for (const [name, value] of Object.entries(fields)) {
    const isTitle = TITLE_FIELDS.includes(name.replace(/^.*:/, '').toLowerCase());
    const first: unknown = Array.isArray(value) ? value[0] : value;
    const text = isObject(first) ? textAt(first, '#text') : first;
    const own = isTitle && typeof text === 'string' ? firstLine(text) : '';
    const found =
      own ||
      [value]
        .flat()
        .map((item) => (isObject(item) ? titleWithin(item) : undefined))
        .find(Boolean);
    if (found) return found;
  }
  return undefined;
}

function headOf(body: Buffer): string {
  const head = body.toString('utf8', 0, HEAD).replace(/^\uFEFF/, '');
  // The cut may split a character.
  return body.length > HEAD ? head.replace(/\uFFFD+$/, '') : head;
}
