import { isUtf8 } from 'node:buffer';
import { describeAs, firstLine } from './description.js';
import { isForm, isXml, parseForm, parseJson, type Payload } from './parse-body.js';
import { firstTextAt } from './payload.js';
import type { Description, WebhookRequest } from './provider.js';
import { titleOfXml } from './xml-title.js';

const TITLE_FIELDS = ['title', 'text', 'message', 'subject', 'name'];
/** In bytes: no title needs more of a body than this to find its first words. */
const HEAD = 16_384;

/** For senders whose payloads follow no rule but to be JSON, mostly: never fails, whatever the bytes. */
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

/** A title for a body about which nothing is known: never fails, whatever the bytes. */
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

/** An object, the first of a list of them, or the one on the first line, as senders of logs write them. */
function payloadOf(body: Buffer): Payload | undefined {
  const end = body.indexOf('\n');
  return objectIn(body) ?? (end > 0 ? objectIn(body.subarray(0, end)) : undefined);
}

function objectIn(body: Buffer): Payload | undefined {
  // Only these begin an object or a list of them: most bodies that are neither are told apart without an error.
  if (!/^\uFEFF?\s*[[{]/.test(body.toString('utf8', 0, 100))) return undefined;
  try {
    const value = parseJson(body);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'object' && first !== null && !Array.isArray(first) ? (first as Payload) : undefined;
  } catch {
    return undefined;
  }
}

function headOf(body: Buffer): string {
  const head = body.toString('utf8', 0, HEAD).replace(/^\uFEFF/, '');
  // The cut may fall into a character.
  return body.length > HEAD ? head.replace(/\uFFFD+$/, '') : head;
}

/** curl calls everything that it sends with -d a form, so only a field that was meant as one counts. */
function formField(body: Buffer): string | undefined {
  const form = parseForm(body);
  return TITLE_FIELDS.map((name) => form.get(name)).find((value) => value) ?? undefined;
}
