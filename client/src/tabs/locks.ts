/** The used part of the browser's Web Locks. A lock is released when its tab is closed or crashes. */
export interface Locks {
  request(name: string, options: { readonly signal: AbortSignal }, work: () => Promise<void>): Promise<void>;
}

/** Undefined in a browser without Web Locks or BroadcastChannel. */
export function browserLocks(): Locks | undefined {
  const { navigator, BroadcastChannel } = globalThis as { navigator?: { locks?: Locks }; BroadcastChannel?: unknown };
  return BroadcastChannel === undefined ? undefined : navigator?.locks;
}

/**
 * Waits for a lock and holds it.
 * @returns a function that releases the lock, or stops waiting
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
