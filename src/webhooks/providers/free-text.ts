import { firstLine } from './description.js';
import { decodeUtf8, isForm, parseForm, peekObject } from './parse-body.js';
import { firstTextAt } from './payload.js';
import type { WebhookRequest } from './provider.js';

const TITLE_FIELDS = ['title', 'text', 'message', 'subject', 'name'];

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
