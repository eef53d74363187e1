import { loadProviders } from './load-providers.js';
import type { Provider } from './provider.js';

/** The installed providers, by name. A class, so that it can be injected by its type. */
export class Providers {
  static async load(): Promise<Providers> {
    return new Providers(await loadProviders());
  }

  constructor(private readonly byName: ReadonlyMap<string, Provider>) {}

  get names(): string[] {
    return [...this.byName.keys()];
  }

  find(name: string): Provider | undefined {
    return this.byName.get(name);
  }
}
