import { Store } from '../store.js';

/** A store that is active only while it has watchers. */
export abstract class Watched<Value> extends Store<Value> {
  #watchers = 0;
  #stop: () => void = () => undefined;

  protected abstract start(): () => void;

  readonly subscribe = (changed: () => void): (() => void) => {
    const unwatch = this.watch(changed);
    if (this.#watchers++ === 0) this.#stop = this.start();
    return () => {
      unwatch();
      if (--this.#watchers === 0) this.#stop();
    };
  };

  readonly now = (): Value => this.value;
}
