import { isUtf8 } from 'node:buffer';

const MAX_DEPTH = 16;
/** The first items are a sample of a list; its `length` is kept. */
const MAX_ITEMS = 10;
const MAX_MEMBERS = 500;
const MAX_VALUES = 20_000;
/** In bytes. Longer strings are truncated. */
const MAX_TEXT = 16_384;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

interface Level {
  readonly isList: boolean;
  readonly kept: Record<string, unknown> | unknown[];
  count: number;
  /** The name of the member whose value is next. */
  name: string | undefined;
  awaitsValue: boolean;
}

/**
 * Reads the outline of a JSON text of any size in one pass with bounded memory and stack: the first items of each list,
 * truncated strings, values down to a depth. Skips names that could pollute a prototype.
 * @returns undefined if the bytes are not one JSON value; skipped parts are not validated
 */
export function skimJson(body: Buffer): { readonly value: unknown } | undefined {
  return isUtf8(body) ? new Skimmer(body).run() : undefined;
}

class Skimmer {
  private readonly levels: Level[] = [];
  private at: number;
  private values = 0;
  private root: { value: unknown } | undefined;

  constructor(private readonly body: Buffer) {
    this.at = body.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  }

  run(): { readonly value: unknown } | undefined {
    while (this.at < this.body.length) if (!this.step(this.body[this.at] ?? 0)) return undefined;
    return this.levels.length === 0 ? this.root : undefined;
  }

  private step(byte: number): boolean {
    if (byte <= 0x20 || byte === COMMA || byte === COLON) {
      this.at++;
      return true;
    }
    if (byte === QUOTE) return this.text();
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) return this.open(byte === OPEN_LIST);
    if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) return this.close(byte === CLOSE_LIST);
    return this.literal();
  }

  private open(isList: boolean): boolean {
    const parent = this.levels.at(-1);
    const isKept = this.hasRoom(parent) && this.levels.length < MAX_DEPTH;
    const kept = isKept ? (isList ? [] : {}) : undefined;
    if (!this.put(parent, kept)) return false;
    if (kept === undefined) return this.skip();
    this.levels.push({ isList, kept, count: 0, name: undefined, awaitsValue: false });
    this.at++;
    return true;
  }

  /** Passes over a list or an object with all that is in it: an object for each level would take too long. */
  private skip(): boolean {
    let depth = 0;
    for (; this.at < this.body.length; this.at++) {
      const byte = this.body[this.at];
      if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
      else if (byte === QUOTE) {
        const end = this.endOfText(this.at + 1);
        if (end < 0) return false;
        this.at = end;
      }
      if (depth === 0) break;
    }
    this.at++;
    return depth === 0;
  }

  private close(isList: boolean): boolean {
    const level = this.levels.pop();
    if (level === undefined || level.isList !== isList || level.awaitsValue) return false;
    if (Array.isArray(level.kept)) level.kept.length = level.count;
    this.at++;
    return true;
  }

  private text(): boolean {
    const start = this.at + 1;
    const end = this.endOfText(start);
    if (end < 0) return false;
    this.at = end + 1;
    const level = this.levels.at(-1);
    if (level !== undefined && !level.isList && !level.awaitsValue) {
      level.name = this.hasRoom(level) ? textOf(this.body.subarray(start, end)) : undefined;
      level.awaitsValue = true;
      return true;
    }
    return this.put(level, this.hasRoom(level) ? textOf(this.body.subarray(start, end)) : undefined);
  }

  private endOfText(start: number): number {
    for (let end = this.body.indexOf(QUOTE, start); end >= 0; end = this.body.indexOf(QUOTE, end + 1)) {
      let escapes = 0;
      while (end - escapes > start && this.body[end - escapes - 1] === BACKSLASH) escapes++;
      if (escapes % 2 === 0) return end;
    }
    return -1;
  }

  private literal(): boolean {
    const start = this.at;
    while (this.at < this.body.length && !isDelimiter(this.body[this.at] ?? 0)) this.at++;
    const level = this.levels.at(-1);
    if (!this.hasRoom(level)) return this.put(level, undefined);
    try {
      return this.put(level, JSON.parse(this.body.toString('latin1', start, this.at)));
    } catch {
      return false;
    }
  }

  private hasRoom(level: Level | undefined): boolean {
    if (level === undefined) return true;
    return level.count < (level.isList ? MAX_ITEMS : MAX_MEMBERS);
  }

  /** @returns whether a value is allowed here */
  private put(level: Level | undefined, value: unknown): boolean {
    if (level === undefined) {
      if (this.root !== undefined) return false;
      this.root = { value };
      return true;
    }
    if (!level.isList && !level.awaitsValue) return false;
    if (this.hasRoom(level) && this.values++ < MAX_VALUES) keep(level, value);
    level.count++;
    level.awaitsValue = false;
    return true;
  }
}

function keep({ kept, name }: Level, value: unknown): void {
  if (Array.isArray(kept)) kept.push(value);
  else if (name !== undefined && name !== '__proto__' && name !== 'constructor') kept[name] = value;
}

const isDelimiter = (byte: number): boolean =>
  byte <= 0x20 ||
  byte === COMMA ||
  byte === COLON ||
  byte === QUOTE ||
  byte === CLOSE_LIST ||
  byte === CLOSE_OBJECT ||
  byte === OPEN_LIST ||
  byte === OPEN_OBJECT;

/** The text of a JSON string without its quotes, truncated; undefined for a malformed escape. */
function textOf(raw: Buffer): string | undefined {
  const text = raw.toString('utf8', 0, Math.min(raw.length, MAX_TEXT));
  if (!text.includes('\\')) return text;
  // The cut may split an escape, which has at most twelve characters with its surrogate.
  for (let cut = 0; cut <= (raw.length > MAX_TEXT ? 12 : 0); cut++) {
    try {
      return String(JSON.parse(`"${text.slice(0, text.length - cut)}"`));
    } catch {
      // Retry with one character less.
    }
  }
  return undefined;
}
