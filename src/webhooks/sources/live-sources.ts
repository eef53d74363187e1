import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Bus } from '../../platform/bus/bus.js';
import { History } from '../../platform/history/history.js';
import type { Provider } from '../providers/provider.js';
import { Providers } from '../providers/providers.js';
import { readSecret } from '../providers/secret-forms.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { dedupWindowOf } from './dedup-window.js';
import { Source } from './source.entity.js';

/** The bus topic whose messages are keys of sources that have changed. */
export const SOURCES_TOPIC = 'sources';

/** A source with all that it takes to check and store a delivery. */
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
 * The sources as the accept path sees them: from memory. What is remembered may be out of date, so it is only ever a
 * guess: the INSERT of a delivery names the version that it was checked against, and a delivery that doesn't pass is
 * checked once more against a fresh read.
 */
@Injectable()
export class LiveSources {
  private readonly cached = new Map<string, LiveSource>();
  private readonly reading = new Map<string, Promise<LiveSource | undefined>>();

  constructor(
    private readonly database: Database,
    private readonly providers: Providers,
    private readonly secretBox: SecretBox,
    bus: Bus,
    history: History,
  ) {
    bus.listen(SOURCES_TOPIC, (key) => this.cached.delete(key));
    // A version counts within one history: in a restored one the same number may stand for other secrets.
    history.onChange(() => this.cached.clear());
  }

  remembered(key: string): LiveSource | undefined {
    return this.cached.get(key);
  }

  /** As it is now. Of many callers for one key, those that come while a read is under way share the next one. */
  async fresh(key: string): Promise<LiveSource | undefined> {
    if (!KEY_SHAPE.test(key)) return undefined;
    await this.reading.get(key);
    const underWay = this.reading.get(key);
    if (underWay !== undefined) return underWay;
    const read = this.read(key).finally(() => this.reading.delete(key));
    this.reading.set(key, read);
    return read;
  }

  private async read(key: string): Promise<LiveSource | undefined> {
    const source = await this.database.manager.findOneBy(Source, { key, enabled: true });
    const provider = source && this.providers.find(source.provider);
    this.cached.delete(key);
    if (!source || !provider) return undefined;
    if (this.cached.size >= MAX_CACHED) this.cached.delete(this.cached.keys().next().value ?? '');
    const live = {
      ...source,
      provider,
      secrets: source.secrets.flatMap((sealed) => keysOf(provider, this.secretBox.open(sealed, source.id))),
      dedupWindowSeconds: dedupWindowOf(source, provider),
    };
    this.cached.set(key, live);
    return live;
  }
}

/** A secret that was stored before it was looked at may have any form. */
function keysOf(provider: Provider, secret: string): readonly string[] {
  const reading = readSecret(provider, secret);
  return 'keys' in reading ? reading.keys : [secret];
}
