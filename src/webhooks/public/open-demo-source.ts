import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../platform/audit/actor.js';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { ManageSources } from '../sources/manage-sources.js';
import { createSourceRequest, webhookUrl } from '../sources/source.schemas.js';

/** Creates a source that accepts any request without a signature, for a first try. */
@Injectable()
export class OpenDemoSource {
  constructor(
    private readonly database: Database,
    private readonly sources: ManageSources,
    private readonly config: Config,
  ) {}

  /** @returns the URL of the source */
  async run(workspaceId: string): Promise<string> {
    const request = createSourceRequest.parse({ name: 'Open for everyone', provider: 'open' });
    const { key } = await this.database.transaction((tx) => this.sources.createIn(tx, SYSTEM, workspaceId, request));
    return webhookUrl(this.config.publicUrl, key);
  }
}
