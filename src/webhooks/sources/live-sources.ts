import { Injectable } from '@nestjs/common';
import type { Networks } from '../../platform/config/networks.js';
import { Bus } from '../../platform/bus/bus.js';
import { History } from '../../platform/history/history.js';
import type { Provider, Publications } from '../providers/provider.js';
import { Providers } from '../providers/providers.js';
import { secretHeadersOf } from '../providers/secret-headers.js';
import { readSecret } from '../providers/secret-forms.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { networksOf } from './allowed-addresses.js';
import { dedupWindowOf } from './dedup-window.js';
import { SOURCES_TOPIC, SourceStore } from './source.store.js';

/** A secret of a source. */
export interface LiveSecret {
  /** See `SecretBox.fingerprints`. */
  readonly fingerprint: string;
  readonly keys: readonly string[];
}

/** A source with everything needed to verify and store a delivery. */
export interface LiveSource {
  readonly id: string;
  readonly workspaceId: string;
  readonly key: string;
  readonly version: number;
  readonly provider: Provider;
  /** The keys of all secrets. */
  readonly secrets: readonly string[];
  /** The same by secret: one, two during a rotation, or none. */
  readonly keysBySecret: readonly LiveSecret[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly publications: Publications;
  /** The networks that may send; undefined: any. */
  readonly networks: Networks | undefined;
  /** Headers with the secret of any sender, which are not stored. */
  readonly secretHeaders: ReadonlySet<string>;
  /** Always true for a cached source. */
  readonly enabled: boolean;
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

  /**
   * Reads the source, also a disabled one. Concurrent callers for one key share the next read, which begins after their
   * call.
   */
  async fresh(key: string): Promise<LiveSource | undefined> {
    if (!KEY_SHAPE.test(key)) return undefined;
    await this.reading.get(key);
    const running = this.reading.get(key);
    if (running !== undefined) return running;
    const read = this.read(key).finally(() => this.reading.delete(key));
    this.reading.set(key, read);
    return read;
  }

  /** Reads the source by its id. */
  async freshById(workspaceId: string, id: string): Promise<LiveSource | undefined> {
    const source = await this.sources.find(workspaceId, id);
    return source === null ? undefined : this.fresh(source.key);
  }

  private async read(key: string): Promise<LiveSource | undefined> {
    const source = await this.sources.findByKey(key);
    const provider = source && this.providers.find(source.provider);
    this.cache.delete(key);
    if (!source || !provider) return undefined;
    const keysBySecret = source.secrets.map((sealed) => this.secretOf({ ...source, provider }, sealed));
    const live = {
      ...source,
      provider,
      publications: this.providers.publications.for(source.workspaceId),
      secretHeaders: new Set([
        ...this.providers.secretHeaders,
        ...secretHeadersOf({ provider, options: source.options }),
      ]),
      keysBySecret,
      networks: networksOf(source.allowedAddresses),
      secrets: keysBySecret.flatMap(({ keys }) => keys),
      dedupWindowSeconds: dedupWindowOf(source, provider),
    };
    if (live.enabled) this.keep(key, live);
    return live;
  }

  private secretOf(source: Pick<LiveSource, 'id' | 'provider' | 'options'>, sealed: string): LiveSecret {
    const secret = this.secretBox.open(sealed, source.id);
    const [fingerprint] = this.secretBox.fingerprints(secret, source.id);
    return { fingerprint, keys: keysOf(source, secret) };
  }

  private keep(key: string, live: LiveSource): void {
    if (this.cache.size >= MAX_CACHED) this.cache.delete(this.cache.keys().next().value ?? '');
    this.cache.set(key, live);
  }
}

/** A secret that was stored before secrets were validated may have any form. */
function keysOf(source: Pick<LiveSource, 'provider' | 'options'>, secret: string): readonly string[] {
  const reading = readSecret(source.provider, secret, source.options);
  return 'keys' in reading ? reading.keys : [secret];
}
