import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../platform/audit/actor.js';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { readSecret } from '../providers/secret-forms.js';
import type { LiveSource } from './live-sources.js';
import { auditedSource } from './source.schemas.js';
import { SourceStore } from './source.store.js';

/** Keeps the secret that a sender gives in its handshake. */
@Injectable()
export class AdoptSecret {
  constructor(
    private readonly database: Database,
    private readonly sources: SourceStore,
    private readonly secretBox: SecretBox,
    private readonly audit: Audit,
  ) {}

  /**
   * @returns whether the secret is one of the source now; false for a source that has another one: to accept a new
   * handshake, an administrator removes its secrets first
   */
  async run({ id, workspaceId, provider, options }: LiveSource, secret: string): Promise<boolean> {
    if (provider.secrets !== 'handshake' || 'problem' in readSecret(provider, secret, options)) return false;
    return this.database.transaction(async (tx) => {
      const source = await this.sources.lock(tx, workspaceId, id);
      if (source.secrets.length > 0)
        // The sender repeats a handshake whose answer it did not get.
        return source.secrets.some((sealed) => this.secretBox.open(sealed, id) === secret);
      const before = auditedSource(source);
      source.secrets = [this.secretBox.seal(secret, id)];
      await this.sources.update(tx, source);
      const after = { ...auditedSource(source), secretsReplaced: true };
      await this.audit.record(tx, { action: 'source.changed', actor: SYSTEM, workspaceId, target: id, before, after });
      return true;
    });
  }
}
