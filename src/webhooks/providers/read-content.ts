import { isUtf8 } from 'node:buffer';
import { objectOf } from './named-values.js';
import { isForm, isXml, parseEntire, parseForm } from './parse-body.js';
import { isMultipart, parseMultipart } from './parse-multipart.js';
import { parseXml } from './parse-xml.js';
import { deliveryUnreadable } from './provider.errors.js';
import type { WebhookRequest } from './provider.js';

const MAX_BYTES = 512 * 1024;
const MAX_LINES = 2_000;

/** A body as a value. */
export interface Content {
  readonly value: unknown;
}

/**
 * Reads a body of any sender: JSON, a list for JSON Lines, and an object for a form, multipart/form-data and XML.
 * @returns undefined for a body that must not be parsed because of its size, its depth or a key
 * @throws TidingsError `delivery.unreadable` for text and bytes of any other kind
 */
export function readContent(request: WebhookRequest): Content | undefined {
  const { body } = request;
  if (isMultipart(request)) return { value: parseMultipart(request) };
  if (!isUtf8(body)) throw deliveryUnreadable('The body is not text.');
  if (isFieldsAlone(request)) {
    return body.length > MAX_BYTES ? undefined : { value: objectOf(parseForm(body)) };
  }
  if (isXml(body)) return { value: parseXml(body) };
  const lines = linesIn(body);
  if (lines === undefined) return parseEntire(body);
  const values = lines.map(parseEntire);
  return values.includes(undefined) ? undefined : { value: values.map((entire) => entire?.value) };
}

/** Many clients label any text as a form, but a form has no white space and begins with a name. */
function isFieldsAlone(request: WebhookRequest): boolean {
  if (request.method !== 'GET' && !isForm(request)) return false;
  const text = request.body.toString('latin1', 0, MAX_BYTES);
  return /^[^=&]+=/.test(text) && !/\s/.test(text);
}

/** The lines of JSON Lines: two or more objects, each on a line of its own. Undefined for anything else. */
function linesIn(body: Buffer): string[] | undefined {
  const end = body.indexOf('\n');
  // Rules out most JSON without a split: its first line is not an object, or is the only one.
  if (end < 0 || body.length > MAX_BYTES || !isObjectAlone(body.toString('utf8', 0, end))) return undefined;
  if (hasTooManyLines(body)) return undefined;
  const lines = body
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.length > 1 && lines.every(isObjectAlone) ? lines : undefined;
}

function hasTooManyLines(body: Buffer): boolean {
  let at = -1;
  for (let lines = 0; lines <= MAX_LINES; lines++) {
    at = body.indexOf('\n', at + 1);
    if (at < 0) return false;
  }
  return true;
}

const isObjectAlone = (line: string): boolean => /^\s*\{/.test(line) && line.trimEnd().endsWith('}');
