/** The used part of a browser's window and document; Node has neither. */
interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}
interface Environment extends Partial<Target> {
  readonly document?: Target & { readonly visibilityState: string };
}

interface Sleeper {
  wake(): void;
  networkChanged(): void;
  networkLost(): void;
}

/** Notifies a connection when the network is lost, and wakes it when the network or the page is available again. */
export function watchForWaking(sleeper: Sleeper): () => void {
  const { document, addEventListener, removeEventListener } = globalThis as Environment;
  const onOnline = () => sleeper.networkChanged();
  const onOffline = () => sleeper.networkLost();
  const onVisible = () => document?.visibilityState === 'visible' && sleeper.wake();
  addEventListener?.call(globalThis, 'online', onOnline);
  addEventListener?.call(globalThis, 'offline', onOffline);
  // React Native has a partial document without events.
  document?.addEventListener?.('visibilitychange', onVisible);
  return () => {
    removeEventListener?.call(globalThis, 'online', onOnline);
    removeEventListener?.call(globalThis, 'offline', onOffline);
    document?.removeEventListener?.('visibilitychange', onVisible);
  };
}
