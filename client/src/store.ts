/** A value that can be watched. The same object as long as nothing has changed, as `useSyncExternalStore` asks. */
export class Store<Value> {
  #value: Value;
  readonly #watchers = new Set<(value: Value) => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set(value: Value): void {
    this.#value = value;
    for (const watcher of this.#watchers) watcher(value);
  }

  /** @returns ends the watch */
  watch = (watcher: (value: Value) => void): (() => void) => {
    const own = (value: Value) => watcher(value);
    this.#watchers.add(own);
    return () => void this.#watchers.delete(own);
  };
}
