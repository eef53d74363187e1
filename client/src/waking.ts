/** The little that is used of a browser's window and document; in Node there is neither. */
interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}
interface Surroundings extends Partial<Target> {
  readonly document?: Target & { readonly visibilityState: string };
}

interface Sleeper {
  wake(): void;
  networkChanged(): void;
}

/** Wakes a connection when the network or the person comes back: the end of a long wait need not be waited for. */
export function watchForWaking(sleeper: Sleeper): () => void {
  const { document, addEventListener, removeEventListener } = globalThis as Surroundings;
  const onOnline = () => sleeper.networkChanged();
  const onVisible = () => document?.visibilityState === 'visible' && sleeper.wake();
  addEventListener?.call(globalThis, 'online', onOnline);
  document?.addEventListener('visibilitychange', onVisible);
  return () => {
    removeEventListener?.call(globalThis, 'online', onOnline);
    document?.removeEventListener('visibilitychange', onVisible);
  };
}
