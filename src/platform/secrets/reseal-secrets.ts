import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { declaredSealed } from './define-sealed.js';
import { SecretBox } from './secret-box.js';

interface SecretsRow {
  readonly id: string;
  readonly secrets: string[];
}

const BATCH = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** When there are previous keys, one pass at start seals what they sealed with the current one: then they can go. */
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
    for (const table of declaredSealed()) await this.resealAll(table);
  }

  private async resealAll(table: string): Promise<void> {
    let resealed = 0;
    for (let after: string | undefined = FIRST_ID; after !== undefined;) {
      const rows: SecretsRow[] = await this.database.query<SecretsRow>(
        `SELECT id, secrets FROM ${table} WHERE id > $1 ORDER BY id LIMIT $2`,
        [after, BATCH],
      );
      for (const row of rows) resealed += (await this.reseal(table, row)) ? 1 : 0;
      after = rows.at(-1)?.id;
    }
    this.logger.log(`the secrets of ${resealed} ${table} are sealed with the current key now`);
  }

  /** The secrets stay the same, so a source's version does too: what other nodes remember of it is still right. */
  private async reseal(table: string, { id, secrets }: SecretsRow): Promise<boolean> {
    if (secrets.every((sealed) => this.secretBox.isCurrent(sealed, id))) return false;
    const anew = this.sealedAnew({ id, secrets });
    if (anew === undefined) return false;
    // Only over what was read: a secret that was replaced meanwhile, here or by another node, must stay.
    await this.database.query(`UPDATE ${table} SET secrets = $2 WHERE id = $1 AND secrets = $3`, [id, anew, secrets]);
    return true;
  }

  private sealedAnew({ id, secrets }: SecretsRow): string[] | undefined {
    try {
      return secrets.map((sealed) => this.secretBox.seal(this.secretBox.open(sealed, id), id));
    } catch (error) {
      // One that no key opens is of no use to anybody; it must not keep all others from being served.
      this.logger.error({ msg: 'secrets can not be opened', owner: id, err: error });
      return undefined;
    }
  }
}
