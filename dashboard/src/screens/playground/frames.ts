/** A frame of the protocol, in either direction. */
export interface Frame {
  readonly type: string;
  readonly id?: string | number;
  readonly channel?: string;
  readonly offset?: number;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A frame that was sent or received, or a note about the connection itself. */
export interface Entry {
  readonly key: number;
  readonly direction: 'in' | 'out' | 'note';
  readonly at: number;
  readonly text: string;
}

const MAX_ENTRIES = 1_000;
const MASK = '…';

/** Text of a frame as JSON without a token, which must not be shown. */
export function withoutToken(text: string): string {
  if (!text.includes('auth:refresh')) return text;
  const frame = parsed(text);
  return frame?.type === 'auth:refresh' && frame.payload?.['token'] !== undefined
    ? JSON.stringify({ ...frame, payload: { ...frame.payload, token: MASK } })
    : text;
}

/** @returns undefined for a text that is not a JSON object with a `type` */
export function parsed(text: string): Frame | undefined {
  try {
    const frame = JSON.parse(text) as Partial<Frame> | null;
    return typeof frame === 'object' && typeof frame?.type === 'string' ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}

/** The newest entries, oldest first; a new array after each change, for useSyncExternalStore. */
export class FrameLog {
  #entries: readonly Entry[] = [];
  #next = 0;

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  add(direction: Entry['direction'], text: string): void {
    const entry: Entry = { key: this.#next++, direction, at: new Date().getTime(), text: withoutToken(text) };
    this.#entries = [...this.#entries.slice(1 - MAX_ENTRIES), entry];
  }

  clear(): void {
    this.#entries = [];
  }
}
