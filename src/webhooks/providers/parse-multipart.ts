import { isUtf8 } from 'node:buffer';
import { objectOf } from './named-values.js';
import type { Payload } from './parse-body.js';
import { deliveryUnreadable } from './provider.errors.js';
import type { WebhookRequest } from './provider.js';

const MAX_BYTES = 1024 * 1024;
const MAX_PARTS = 1_000;
const MAX_HEADER_BYTES = 4_096;
const MAX_TEXT_BYTES = 65_536;

const TYPE = /^\s*multipart\/form-data\s*;/i;
const BOUNDARY = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i;
const DISPOSITION = /^content-disposition:[ \t]*form-data([^\r\n]*)/im;
const END_OF_HEADER = '\r\n\r\n';

export const isMultipart = ({ headers }: WebhookRequest): boolean => TYPE.test(headers['content-type'] ?? '');

/**
 * Parses multipart/form-data (RFC 7578), at most the first 1,000 parts that end within its first MiB: texts of up to
 * 64 KiB. A file has its `filename` and `size` instead, and a text that is longer or not UTF-8 its `size`.
 * @throws TidingsError `delivery.unreadable`
 */
export function parseMultipart({ headers, body }: WebhookRequest): Payload {
  const [, quoted, plain] = BOUNDARY.exec(headers['content-type'] ?? '') ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw unreadable();
  return objectOf(partsOf(body.subarray(0, MAX_BYTES), boundary, body.length > MAX_BYTES));
}

function* partsOf(body: Buffer, boundary: string, isCut: boolean): Generator<readonly [string, unknown]> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has a line break before it only if a preamble does.
  const isFirst = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2));
  let at = isFirst ? -2 : body.indexOf(delimiter);
  for (let parts = 0; parts < MAX_PARTS; parts++) {
    if (at === -1) throw unreadable();
    const start = at + delimiter.length;
    if (body.toString('latin1', start, start + 2) === '--') return;
    const end = body.subarray(start, start + MAX_HEADER_BYTES).indexOf(END_OF_HEADER);
    if (end < 0) throw unreadable();
    const content = start + end + END_OF_HEADER.length;
    at = body.indexOf(delimiter, content);
    if (at === -1 && isCut) return;
    if (at === -1) throw unreadable();
    yield partOf(body.toString('utf8', start, start + end), body.subarray(content, at));
  }
}

function partOf(header: string, content: Buffer): readonly [string, unknown] {
  const parameters = DISPOSITION.exec(header)?.[1] ?? '';
  const name = parameterOf(parameters, 'name');
  if (name === undefined) throw unreadable();
  const filename = parameterOf(parameters, 'filename');
  const size = content.length;
  if (filename !== undefined || /;\s*filename\*/i.test(parameters)) return [name, { filename: filename ?? '', size }];
  return [name, size > MAX_TEXT_BYTES || !isUtf8(content) ? { size } : content.toString('utf8')];
}

/** Browsers escape quotes and line breaks by percent-encoding, other clients by backslashes. */
function parameterOf(parameters: string, name: string): string | undefined {
  const [, quoted, plain] = PARAMETERS[name]?.exec(parameters) ?? [];
  return quoted === undefined
    ? plain
    : quoted.replaceAll(/\\(.)|%(22|0d|0a)/gi, (_all, escaped?: string, code?: string) =>
        escaped === undefined ? String.fromCharCode(Number.parseInt(code ?? '', 16)) : escaped,
      );
}

const PARAMETERS: Readonly<Record<string, RegExp>> = {
  name: /;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i,
  filename: /;\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i,
};

const unreadable = () => deliveryUnreadable('The body is not multipart/form-data.');
