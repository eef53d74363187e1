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
  networkLost(): void;
}

/** Tells a connection at once when the network goes, and wakes it when the network or the person comes back. */
export function watchForWaking(sleeper: Sleeper): () => void {
  const { document, addEventListener, removeEventListener } = globalThis as Surroundings;
  const onOnline = () => sleeper.networkChanged();
  const onOffline = () => sleeper.networkLost();
  const onVisible = () => document?.visibilityState === 'visible' && sleeper.wake();
  addEventListener?.call(globalThis, 'online', onOnline);
  addEventListener?.call(globalThis, 'offline', onOffline);
  // React Native has parts of a document, without events.
  document?.addEventListener?.('visibilitychange', onVisible);
  return () => {
    removeEventListener?.call(globalThis, 'online', onOnline);
    removeEventListener?.call(globalThis, 'offline', onOffline);
    document?.removeEventListener?.('visibilitychange', onVisible);
  };
}
