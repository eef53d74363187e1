import { isUtf8 } from 'node:buffer';
import { isObject } from '../providers/parse-body.js';
import type { WebhookRequest } from '../providers/provider.js';
import { readContent } from '../providers/read-content.js';
import type { Include } from '../sources/include.js';

/** The fields of an event that hold the body of its delivery, or the chosen parts of it. */
export interface IncludedBody {
  readonly body?: unknown;
  readonly encoding?: 'base64';
  readonly bodyTruncated?: true;
}

const MAX_JSON_BYTES = 32 * 1024;
const TRUNCATED: IncludedBody = { bodyTruncated: true };

/** The fields for the event of a delivery, as its source asks. */
export function includedBody(request: WebhookRequest, include: Include): IncludedBody {
  if (include === 'none') return {};
  const read = readBody(request);
  if (read === undefined) return TRUNCATED;
  const included = include === 'body' ? read : { body: valuesAt(read, include) };
  return Buffer.byteLength(JSON.stringify(included.body)) > MAX_JSON_BYTES ? TRUNCATED : included;
}

/** @returns undefined for a body that must not be parsed because of its size or its depth */
function readBody(request: WebhookRequest): IncludedBody | undefined {
  const { body } = request;
  try {
    const content = readContent(request);
    return content && { body: content.value };
  } catch {
    return isUtf8(body) ? { body: body.toString('utf8') } : { body: body.toString('base64'), encoding: 'base64' };
  }
}

/** The values by pointer, without those that the body lacks. Text and binary bodies have none. */
function valuesAt({ body, encoding }: IncludedBody, pointers: readonly string[]): Record<string, unknown> {
  if (encoding !== undefined) return {};
  const found = pointers.map((pointer) => [pointer, valueAt(body, pointer)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** RFC 6901 section 4. */
function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const escaped of pointer.split('/').slice(1)) {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    const isIndex = Array.isArray(value) && /^(?:0|[1-9]\d*)$/.test(name);
    if (!(isIndex || isObject(value)) || !Object.hasOwn(value as object, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
