import { Injectable } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { History } from '../../platform/history/history.js';
import type { Provider } from '../providers/provider.js';
import { Providers } from '../providers/providers.js';
import { readSecret } from '../providers/secret-forms.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { dedupWindowOf } from './dedup-window.js';
import { SOURCES_TOPIC, SourceStore } from './source.store.js';

/** A source with everything needed to verify and store a delivery. */
export interface LiveSource {
  readonly id: string;
  readonly workspaceId: string;
  readonly key: string;
  readonly version: number;
  readonly provider: Provider;
  readonly secrets: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly replayGuardSeconds: number;
  readonly dedupWindowSeconds: number;
}

const MAX_CACHED = 10_000;
const KEY_SHAPE = /^[\w-]{32}$/;

/**
 * A cache of sources for the accept path. An entry may be stale: therefore the INSERT of a delivery names the version
 * that verified it, and a delivery that fails verification is verified once more against a fresh read.
 */
@Injectable()
export class LiveSources {
  private readonly cache = new Map<string, LiveSource>();
  private readonly reading = new Map<string, Promise<LiveSource | undefined>>();

  constructor(
    private readonly sources: SourceStore,
    private readonly providers: Providers,
    private readonly secretBox: SecretBox,
    bus: Bus,
    history: History,
  ) {
    bus.listen(SOURCES_TOPIC, (key) => this.cache.delete(key));
    // Versions are unique within one history only: after a restore the same number may mean other secrets.
    history.onChange(() => this.cache.clear());
  }

  cached(key: string): LiveSource | undefined {
    return this.cache.get(key);
  }

  /** Reads the source. Concurrent callers for one key share the next read, which begins after their call. */
  async fresh(key: string): Promise<LiveSource | undefined> {
    if (!KEY_SHAPE.test(key)) return undefined;
    await this.reading.get(key);
    const running = this.reading.get(key);
    if (running !== undefined) return running;
    const read = this.read(key).finally(() => this.reading.delete(key));
    this.reading.set(key, read);
    return read;
  }

  private async read(key: string): Promise<LiveSource | undefined> {
    const source = await this.sources.findEnabled(key);
    const provider = source && this.providers.find(source.provider);
    this.cache.delete(key);
    if (!source || !provider) return undefined;
    if (this.cache.size >= MAX_CACHED) this.cache.delete(this.cache.keys().next().value ?? '');
    const live = {
      ...source,
      provider,
      secrets: source.secrets.flatMap((sealed) => keysOf(provider, this.secretBox.open(sealed, source.id))),
      dedupWindowSeconds: dedupWindowOf(source, provider),
    };
    this.cache.set(key, live);
    return live;
  }
}

/** A secret that was stored before secrets were validated may have any form. */
function keysOf(provider: Provider, secret: string): readonly string[] {
  const reading = readSecret(provider, secret);
  return 'keys' in reading ? reading.keys : [secret];
}
