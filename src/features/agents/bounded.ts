/** The bounds of texts, from the widest to the narrowest; the first one with which a value fits is used. */
const TEXT_LENGTHS = [4_000, 1_000, 250, 60];

export interface Bounded {
  readonly value: unknown;
  /** Whether a part of the value is missing. */
  readonly isCut: boolean;
}

/**
 * Cuts long texts, and nested values that are long, until the value as JSON has at most `characters`. Short fields,
 * such as ids, stay whole.
 */
export function bounded(value: unknown, characters: number): Bounded {
  const whole = jsonOf(value);
  for (const length of TEXT_LENGTHS) {
    const shorter = shortened(value, length);
    const json = jsonOf(shorter);
    if (json.length <= characters) return { value: shorter, isCut: json !== whole };
  }
  return { value: cut(whole, characters), isCut: true };
}

/** Shares `characters` between the items. */
export function boundedItems(items: readonly unknown[], characters: number): { items: unknown[]; isCut: boolean } {
  const all = items.map((item) => bounded(item, Math.floor(characters / Math.max(items.length, 1))));
  return { items: all.map(({ value }) => value), isCut: all.some(({ isCut }) => isCut) };
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… [cut: ${text.length} characters in all]`;
}

function shortened(value: unknown, length: number): unknown {
  if (typeof value === 'string') return cut(value, length);
  if (Array.isArray(value)) return value.map((item) => shortenedPart(item, length));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shortenedPart(part, length)]));
}

/** A long list or object becomes the beginning of its JSON. */
function shortenedPart(part: unknown, length: number): unknown {
  if (typeof part !== 'object' || part === null) return shortened(part, length);
  const json = jsonOf(part);
  return json.length <= length ? part : cut(json, length);
}

const jsonOf = (value: unknown): string => JSON.stringify(value) ?? 'null';
