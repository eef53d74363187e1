/** A value that can be watched. It stays the same object until it changes, as `useSyncExternalStore` requires. */
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

  /** @returns a function that ends the watch */
  watch = (watcher: (value: Value) => void): (() => void) => {
    const own = (value: Value) => watcher(value);
    this.#watchers.add(own);
    return () => void this.#watchers.delete(own);
  };
}
