import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { requireSecrets } from './check-source.js';
import type { LiveSource } from './live-sources.js';
import { fingerprintsOf } from './show-sources.js';
import { SourceActivityStore } from './source-activity.store.js';
import type { Source } from './source.entity.js';

/** Checks and seals the secrets of sources. */
@Injectable()
export class SourceSecrets {
  constructor(
    private readonly secretBox: SecretBox,
    private readonly activity: SourceActivityStore,
  ) {}

  /** @throws TidingsError `source.invalid-secrets` */
  seal(
    { provider, id, options }: Pick<LiveSource, 'provider' | 'id' | 'options'>,
    secrets: readonly string[],
  ): string[] {
    requireSecrets(provider, secrets, options);
    return secrets.map((secret) => this.secretBox.seal(secret, id));
  }

  /** Forgets when secrets that the source no longer has were used. */
  async forgetOtherUses(tx: Transaction, source: Source): Promise<void> {
    await this.activity.keepSecrets(tx, source.id, fingerprintsOf(this.secretBox, source).flat());
  }
}
