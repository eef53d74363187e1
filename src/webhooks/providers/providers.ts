import { loadProviders } from './load-providers.js';
import type { Provider } from './provider.js';
import type { ReadPublications } from './read-publications.js';
import { secretHeadersOfAll } from './secret-headers.js';

/** The installed providers, by name, and the sites of senders. A class, so that it can be injected by its type. */
export class Providers {
  static async load(publications: ReadPublications): Promise<Providers> {
    return new Providers(await loadProviders(), publications);
  }

  /** Headers with the secret of a sender, whichever it is. */
  readonly secretHeaders: ReadonlySet<string>;

  constructor(
    private readonly byName: ReadonlyMap<string, Provider>,
    readonly publications: ReadPublications,
  ) {
    this.secretHeaders = secretHeadersOfAll(byName.values());
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  get all(): Provider[] {
    return [...this.byName.values()];
  }

  find(name: string): Provider | undefined {
    return this.byName.get(name);
  }
}
