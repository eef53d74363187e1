import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { Providers } from '../providers/providers.js';
import { SourceActivityStore } from './source-activity.store.js';
import type { Source } from './source.entity.js';
import { showSource, type SourceResponse } from './source.schemas.js';

/** Shows sources with their last requests. */
@Injectable()
export class ShowSources {
  constructor(
    private readonly providers: Providers,
    private readonly activity: SourceActivityStore,
    private readonly secretBox: SecretBox,
    private readonly config: Config,
  ) {}

  /** In the order of `sources`. */
  async all(sources: readonly Source[]): Promise<SourceResponse[]> {
    const activity = await this.activity.of(sources.map(({ id }) => id));
    return sources.map((source) =>
      showSource(source, {
        provider: this.providers.find(source.provider),
        publicUrl: this.config.publicUrl,
        activity: activity.get(source.id),
        fingerprints: fingerprintsOf(this.secretBox, source),
      }),
    );
  }

  async one(source: Source): Promise<SourceResponse> {
    const [shown] = await this.all([source]);
    if (shown === undefined) throw new Error('A source is shown as one.');
    return shown;
  }
}

/** The fingerprints of each secret, in the order of the secrets. */
export const fingerprintsOf = (secretBox: SecretBox, { id, secrets }: Source): (readonly string[])[] =>
  secrets.map((sealed) => secretBox.fingerprints(secretBox.open(sealed, id), id));
