/** The Web Locks of a browser, as far as they are used. A lock ends with its tab, however that ends. */
export interface Locks {
  request(name: string, options: { readonly signal: AbortSignal }, work: () => Promise<void>): Promise<void>;
}

/** Undefined where there are none, or no channels to speak over. */
export function browserLocks(): Locks | undefined {
  const { navigator, BroadcastChannel } = globalThis as { navigator?: { locks?: Locks }; BroadcastChannel?: unknown };
  return BroadcastChannel === undefined ? undefined : navigator?.locks;
}

/**
 * Waits for a lock and keeps it.
 * @returns gives it back, or gives up waiting
 */
export function hold(locks: Locks, name: string, held: () => void): () => void {
  const waiting = new AbortController();
  let release: (() => void) | undefined;
  const work = () =>
    new Promise<void>((resolve) => {
      release = resolve;
      if (waiting.signal.aborted) resolve();
      else held();
    });
  locks.request(name, { signal: waiting.signal }, work).catch(() => undefined);
  return () => {
    waiting.abort();
    release?.();
  };
}
