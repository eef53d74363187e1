import type { Description } from './provider.js';

const MAX_TITLE = 200;
const MAX_NAME = 100;
const MAX_URL = 2048;
/** The number of characters to scan for a title; a body can be a single line of a megabyte. */
const MAX_SCANNED = 5000;

export interface DescriptionParts {
  readonly eventType: string | undefined;
  readonly title: string;
  readonly url?: string | undefined;
  readonly sender?: string | undefined;
}

/** Sanitizes the fields, which come from the sender and are shown to users. */
export function describeAs({ eventType, title, url, sender }: DescriptionParts): Description {
  const type = oneLine(eventType ?? '', MAX_NAME) || 'unknown';
  return {
    eventType: type,
    title: oneLine(title, MAX_TITLE) || type,
    url: webUrl(url),
    sender: oneLine(sender ?? '', MAX_NAME) || null,
  };
}

/** Joins the non-empty parts with single spaces. */
export function sentence(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

export function firstLine(text: string | undefined): string {
  return (
    text
      ?.slice(0, MAX_SCANNED)
      .split(/\r\n|[\n\r\u2028\u2029]/)
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}

/** "1 commit", "3 commits". */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** `pull_request` as "pull request". */
export function inWords(name: string): string {
  return name.replaceAll(/[_\-./:]+/g, ' ').trim();
}

function oneLine(text: string, limit: number): string {
  const line = text
    .slice(0, MAX_SCANNED)
    // Bidirectional controls could disguise the text.
    .replaceAll(/[\u202a-\u202e\u2066-\u2069\p{Surrogate}]/gu, '')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (line.length <= limit) return line;
  // The cut may split a surrogate pair.
  return `${line
    .slice(0, limit - 1)
    .replace(/\p{Surrogate}$/u, '')
    .trimEnd()}…`;
}

function webUrl(text: string | undefined): string | null {
  if (!text || text.length > MAX_URL || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}
