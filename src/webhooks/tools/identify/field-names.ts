import { isFormOrLikeOne, isObject, parseForm, parseJson } from '../../providers/parse-body.js';
import type { WebhookRequest } from '../../providers/provider.js';

const MAX_NAMES = 200;
/** In bytes. Reading the outline of a larger body takes too long, and its headers say more. */
const MAX_BODY = 65_536;
const NONE: ReadonlySet<string> = new Set();

/** The names of the fields of a JSON object or a form, or of the first item of a list. None of a body over 64 KiB. */
export function fieldNamesOf(request: WebhookRequest): ReadonlySet<string> {
  if (request.body.length > MAX_BODY) return NONE;
  try {
    return new Set(namesIn(request).slice(0, MAX_NAMES));
  } catch {
    return NONE;
  }
}

function namesIn(request: WebhookRequest): string[] {
  if (isFormOrLikeOne(request)) return [...parseForm(request.body).keys()];
  const value = parseJson(request.body);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(first) ? Object.keys(first) : [];
}
