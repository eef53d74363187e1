import { describeAs, firstLine } from './description.js';
import { decodeUtf8, isForm, parseForm, peekObject } from './parse-body.js';
import { firstTextAt } from './payload.js';
import type { Description, WebhookRequest } from './provider.js';

const TITLE_FIELDS = ['title', 'text', 'message', 'subject', 'name'];

/** For senders whose payloads follow no rule but to be JSON, mostly: never fails, whatever the bytes. */
export function describeAnything(request: WebhookRequest): Description {
  const payload = peekObject(request.body) ?? {};
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
  const payload = peekObject(body);
  if (payload) return firstLine(firstTextAt(payload, ...TITLE_FIELDS)) || body.toString('utf8');
  try {
    const field = isForm(request) ? formField(body) : undefined;
    return firstLine(field ?? decodeUtf8(body)) || 'An empty message';
  } catch {
    return `A message of ${body.length} bytes`;
  }
}

/** curl calls everything that it sends with -d a form, so only a field that was meant as one counts. */
function formField(body: Buffer): string | undefined {
  const form = parseForm(body);
  return TITLE_FIELDS.map((name) => form.get(name)).find((value) => value) ?? undefined;
}
