import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { declaredSealed, type SealedColumn } from './define-sealed.js';
import { SecretBox } from './secret-box.js';

interface SecretsRow {
  readonly id: string;
  readonly secrets: string[];
}

const BATCH = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * With previous keys, one pass at start re-encrypts their secrets with the current key, so that they can be removed.
 */
@Injectable()
export class ResealSecrets implements OnApplicationBootstrap {
  private readonly logger = new Logger(ResealSecrets.name);

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly secretBox: SecretBox,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.previousSecretsKeys.length === 0) return;
    for (const sealed of declaredSealed()) await this.resealAll(sealed);
  }

  private async resealAll(sealed: SealedColumn): Promise<void> {
    const { table, column } = sealed;
    let resealed = 0;
    for (let after: string | undefined = FIRST_ID; after !== undefined;) {
      const rows: SecretsRow[] = await this.database.query<SecretsRow>(
        `SELECT id, ${column} AS secrets FROM ${table} WHERE id > $1 ORDER BY id LIMIT $2`,
        [after, BATCH],
      );
      for (const row of rows) resealed += (await this.reseal(sealed, row)) ? 1 : 0;
      after = rows.at(-1)?.id;
    }
    this.logger.log(`re-encrypted the ${column} of ${resealed} ${table} with the current key`);
  }

  /** The secrets stay the same, and so does the source's version: caches of other nodes remain valid. */
  private async reseal({ table, column }: SealedColumn, { id, secrets }: SecretsRow): Promise<boolean> {
    if (secrets.every((text) => this.secretBox.isCurrent(text, id))) return false;
    const sealedAgain = this.sealAgain({ id, secrets });
    if (sealedAgain === undefined) return false;
    // Conditional on the old value: a secret that was replaced meanwhile must stay.
    await this.database.query(`UPDATE ${table} SET ${column} = $2 WHERE id = $1 AND ${column} = $3`, [
      id,
      sealedAgain,
      secrets,
    ]);
    return true;
  }

  private sealAgain({ id, secrets }: SecretsRow): string[] | undefined {
    try {
      return secrets.map((sealed) => this.secretBox.seal(this.secretBox.open(sealed, id), id));
    } catch (error) {
      // A secret that no key can open is useless, and must not prevent the start.
      this.logger.error({ msg: 'secrets cannot be decrypted', owner: id, err: error });
      return undefined;
    }
  }
}
