import { SaxesParser } from 'saxes';
import { objectOf } from './named-values.js';
import type { Payload } from './parse-body.js';
import { deliveryUnreadable } from './provider.errors.js';

export const MAX_XML_BYTES = 64 * 1024;
const MAX_DEPTH = 64;
/** Elements and attributes. */
const MAX_NODES = 2_000;

interface OpenElement {
  readonly name: string;
  readonly fields: [name: string, value: unknown][];
  text: string;
}

/**
 * Parses well-formed XML 1.0: `<a id="7"><b>1</b>x</a>` is `{a: {'@id': '7', b: '1', '#text': 'x'}}`.
 * A name that repeats has a list. Only the five predefined entities exist; a document type is skipped.
 * @throws TidingsError `delivery.unreadable`, also above 64 KiB, 64 levels, or 2,000 elements and attributes
 */
export function parseXml(body: Buffer): Payload {
  if (body.length > MAX_XML_BYTES) throw deliveryUnreadable('The body is XML of more than 64 KiB.');
  const roots: [string, unknown][] = [];
  try {
    readElements(body.toString('utf8').trimStart(), roots);
  } catch (error) {
    throw deliveryUnreadable('The body is not XML, or has too many elements.', { cause: error });
  }
  return objectOf(roots);
}

function readElements(text: string, roots: [string, unknown][]): void {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let nodes = 0;
  const count = () => {
    nodes += 1;
    if (nodes > MAX_NODES || open.length >= MAX_DEPTH) throw new Error('There are too many elements.');
  };
  parser.on('attribute', count);
  parser.on('opentag', ({ name, attributes }) => {
    count();
    open.push({ name, fields: Object.entries(attributes).map(([key, value]) => [`@${key}`, value]), text: '' });
  });
  const addText = (piece: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element !== undefined) (open.at(-1)?.fields ?? roots).push([element.name, valueOf(element)]);
  });
  parser.write(text).close();
}

function valueOf({ fields, text }: OpenElement): unknown {
  const trimmed = text.trim();
  if (fields.length === 0) return trimmed;
  return objectOf(trimmed === '' ? fields : [...fields, ['#text', trimmed]]);
}
