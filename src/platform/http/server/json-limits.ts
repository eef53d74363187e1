const MAX_DEPTH = 64;
const MAX_VALUES = 10_000;

const TOO_MANY = `more than ${MAX_VALUES} keys or values`;

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The reason why a JSON body exceeds the limits, found without parsing it. Parsing or validating 100,000 keys or values
 * blocks the event loop, and JSON nested 5,000 levels deep can be parsed but not serialized again. PostgreSQL text
 * cannot contain U+0000.
 */
export function jsonExcess(text: string): string | undefined {
  let depth = 0;
  let keys = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at + 1);
      if (end < 0) return 'a string contains U+0000';
      at = end;
    } else if (code === COLON) {
      if (++keys > MAX_VALUES) return TOO_MANY;
    } else if (code === COMMA) {
      // Commas are one fewer than the values that they separate.
      if (++commas >= MAX_VALUES) return TOO_MANY;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (++depth > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth--;
  }
  return undefined;
}

/** The index of the closing quote of the string that begins at `from`; negative for an escaped U+0000. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code !== BACKSLASH) continue;
    at++;
    if (text.startsWith('u0000', at)) return -1;
  }
  return text.length;
}
