import { createHash } from 'node:crypto';
import type { WebhookRequest } from './provider.js';

/** The parts of a request that a sender may sign, besides its body. */
export interface SignedParts {
  readonly request: WebhookRequest;
  readonly timestamp?: string | undefined;
  readonly id?: string | undefined;
}

/** Pieces of signed text, so that the body need not be copied; undefined if the request lacks a part. */
export type SignedContent = (parts: SignedParts) => readonly (string | Buffer)[] | undefined;

type Part = (parts: SignedParts) => string | Buffer | undefined;

/** Forms of webhooks have some dozens. */
const MAX_PAIRS = 1_000;
/** Each part may hash or sort the body of any request. */
const MAX_PARTS = 8;
/** Nothing is between them: the start of a signed body could move to the end of the URL. */
const URL_BEFORE_BODY = /\{(?:url|query)\}\{body\}/;
const STARTS_JSON = /[{"]|\[$/;
const PART = /\{([a-z0-9]+)(?::([\w.-]{1,100}))?\}/g;
const COVERS_BYTES = new Set(['body', 'sha256', 'sha512', 'md5']);
const CHANGES_IN_A_RETRY = new Set(['timestamp', 'id', 'header']);

/** Each part by its name in a template. `argument` is the text after the colon. */
const PARTS: Readonly<Record<string, (argument: string | undefined) => Part | undefined>> = {
  body: (argument) => (argument === undefined ? ({ request }) => request.body : undefined),
  timestamp: (argument) => (argument === undefined ? ({ timestamp }) => timestamp : undefined),
  id: (argument) => (argument === undefined ? ({ id }) => id : undefined),
  method: (argument) => (argument === undefined ? ({ request }) => request.method ?? 'POST' : undefined),
  url: (argument) => (argument === undefined ? ({ request }) => request.url : undefined),
  path: (argument) => (argument === undefined ? ({ request }) => pathOf(request.url) : undefined),
  query: (argument) => (argument === undefined ? ({ request }) => queryOf(request.url) : undefined),
  header: (argument) =>
    argument === undefined ? undefined : ({ request }) => headerOf(request, argument.toLowerCase()),
  form: (argument) => (argument === undefined ? ({ request }) => sortedForm(request.body) : undefined),
  sha256: hashOfBody('sha256'),
  sha512: hashOfBody('sha512'),
  md5: hashOfBody('md5'),
};

/**
 * Reads a template of the text that a sender signs, such as `v0:{timestamp}:{body}`. Parts: `{body}`, `{timestamp}`,
 * `{id}`, `{method}`, `{url}`, `{path}`, `{query}`, `{header:<name>}`, `{form}` (the fields of a form, sorted by name,
 * name and value joined), and the hash of the body, `{sha256:hex}` or `{sha256:base64}`, also `sha512` and `md5`.
 * `{url}{body}` does not accept a URL with the start of a JSON body.
 * @returns undefined for an unknown part, more than eight parts, or a template that does not cover the body
 */
export function readSignedContent(template: string): SignedContent | undefined {
  const parts: Part[] = [];
  let coversBody = false;
  let end = 0;
  for (const match of template.matchAll(PART)) {
    const [whole, name = '', argument] = match;
    const part = Object.hasOwn(PARTS, name) ? PARTS[name]?.(argument) : undefined;
    if (part === undefined || parts.length >= 2 * MAX_PARTS) return undefined;
    coversBody ||= name === 'form' || COVERS_BYTES.has(name);
    parts.push(textBetween(template, end, match.index), part);
    end = match.index + whole.length;
  }
  parts.push(textBetween(template, end, template.length));
  // A brace that is left would be a part with a misspelt name.
  if (!coversBody || /[{}]/.test(template.replaceAll(PART, ''))) return undefined;
  const hasNoBorder = URL_BEFORE_BODY.test(template);
  return (given) => (hasNoBorder && STARTS_JSON.test(given.request.url) ? undefined : piecesOf(parts, given));
}

/**
 * Reads a template into the text that identifies a body which it signs only as a form: without the time and the
 * headers, which a retry may change, and as one text, since its parts can be divided in other ways.
 * @returns a reader whose result is undefined if the template covers the bytes of the body, or the body is no form
 */
export function readLastingContent(template: string): (request: WebhookRequest) => Buffer | undefined {
  const lasting = template.replaceAll(PART, (whole, name: string) => (CHANGES_IN_A_RETRY.has(name) ? '' : whole));
  const names = Array.from(template.matchAll(PART), ([, name = '']) => name);
  const contentOf = names.some((name) => COVERS_BYTES.has(name)) ? undefined : readSignedContent(lasting);
  return (request) => {
    const content = contentOf?.({ request });
    return content && Buffer.from(content.join(''));
  };
}

function textBetween(template: string, start: number, end: number): Part {
  const text = template.slice(start, end).replaceAll(String.raw`\n`, '\n');
  return () => text;
}

function piecesOf(parts: readonly Part[], given: SignedParts): (string | Buffer)[] | undefined {
  const pieces: (string | Buffer)[] = [];
  for (const part of parts) {
    const piece = part(given);
    if (piece === undefined) return undefined;
    if (piece.length > 0) pieces.push(piece);
  }
  return pieces;
}

function hashOfBody(algorithm: 'sha256' | 'sha512' | 'md5') {
  return (encoding: string | undefined): Part | undefined =>
    encoding === 'hex' || encoding === 'base64'
      ? ({ request }) => createHash(algorithm).update(request.body).digest(encoding)
      : undefined;
}

/** The name is user input: `constructor` must not match a property of Object.prototype. */
export function headerOf({ headers }: WebhookRequest, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

export function queryOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}

function pathOf(url: string): string {
  return /^[a-z]+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? '';
}

/**
 * The fields of a canonical form, sorted by name: `name=value` pairs in ASCII, without parts that a parser would skip.
 * The values of a repeated name are sorted too, and each is taken once.
 * @returns undefined for any other body, and for more than 1,000 pairs, whose sorting would hold the event loop
 */
export function sortedForm(body: Buffer): string | undefined {
  if (hasTooManyPairs(body)) return undefined;
  const text = body.toString('latin1');
  if (text !== '' && !text.split('&').every((pair) => /^[!-<>-~]+=[!-<>-~]*$/.test(pair))) return undefined;
  const values = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(text)) values.set(name, (values.get(name) ?? new Set()).add(value));
  const names = [...values.keys()].toSorted();
  return names.flatMap((name) => [...(values.get(name) ?? [])].toSorted().map((value) => name + value)).join('');
}

function hasTooManyPairs(body: Buffer): boolean {
  let at = -1;
  for (let pairs = 1; pairs <= MAX_PAIRS; pairs++) {
    at = body.indexOf('&', at + 1);
    if (at < 0) return false;
  }
  return true;
}
