import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { runEvery } from '../concurrency/run-every.js';
import { declaredSealed } from './define-sealed.js';
import { SecretBox } from './secret-box.js';
import { opens, secretChecks, type SecretCheck } from './secret-checks.js';

const LOOK_MS = 5_000;
/** When no process with the other secret has been there for so long, it was replaced on purpose. */
const ABANDONED_SECONDS = 30;

interface Row {
  readonly check_value: string;
  readonly abandoned: boolean;
}

/**
 * Whether this process has the SECRETS_KEY and the JWT_SECRET of the others: each is compared with a check value in the
 * database, which the first process writes. The secret itself can't be had from a check value.
 */
@Injectable()
export class SharedSecrets implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('secrets');
  private readonly checks: readonly SecretCheck[];
  private readonly wrong = new Set<string>();
  private starting = true;
  private stop = async (): Promise<void> => undefined;

  constructor(
    config: Config,
    private readonly database: Database,
    private readonly secretBox: SecretBox,
  ) {
    this.checks = secretChecks(config, secretBox);
  }

  /** Names of the settings in which this process differs from the others. */
  get mismatched(): readonly string[] {
    return [...this.wrong];
  }

  async onModuleInit(): Promise<void> {
    await this.look();
    this.starting = false;
    const onError = (err: unknown) => this.logger.warn({ msg: 'the shared secrets were not compared', err });
    this.stop = runEvery(LOOK_MS, () => this.look(), onError);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  async look(): Promise<void> {
    for (const check of this.checks) this.note(check.name, await this.isShared(check));
  }

  private note(name: string, isShared: boolean): void {
    if (isShared === !this.wrong.has(name)) return;
    if (isShared) this.wrong.delete(name);
    else this.wrong.add(name);
    if (isShared) this.logger.log(`${name} is that of the other processes now`);
    else this.logger.error(`${name} is not that of the other processes: this one is not ready until they agree`);
  }

  private async isShared(check: SecretCheck): Promise<boolean> {
    const row = (await this.read(check)) ?? (await this.writeFirst(check));
    if (row === undefined) return false;
    const found = check.compare(row.check_value);
    if (found === 'other' && !(row.abandoned && (await this.opensWhatIsStored(check)))) return false;
    // In the midst of a rotation both keys are current somewhere: only a start decides, or they would take turns.
    if (found === 'other' || (found === 'outdated' && this.starting)) await this.replace(check, row.check_value);
    else await this.keepUp(check);
    return true;
  }

  private async read({ name }: SecretCheck): Promise<Row | undefined> {
    const [row] = await this.database.query<Row>(
      `SELECT check_value, used_at < now() - make_interval(secs => $2) AS abandoned FROM shared_secrets WHERE name = $1`,
      [name, ABANDONED_SECONDS],
    );
    return row;
  }

  /** Of two that write at once, one does; both read what it wrote. */
  private async writeFirst(check: SecretCheck): Promise<Row | undefined> {
    if (!(await this.opensWhatIsStored(check))) return undefined;
    await this.database.query(
      'INSERT INTO shared_secrets (name, check_value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
      [check.name, check.make()],
    );
    return this.read(check);
  }

  /** However many processes there are, one of them writes in each interval. */
  private async keepUp({ name }: SecretCheck): Promise<void> {
    await this.database.query(
      `UPDATE shared_secrets SET used_at = now() WHERE name = $1 AND used_at < now() - make_interval(secs => $2)`,
      [name, LOOK_MS / 1_000],
    );
  }

  private async replace(check: SecretCheck, old: string): Promise<void> {
    await this.database.query(
      'UPDATE shared_secrets SET check_value = $2, used_at = now() WHERE name = $1 AND check_value = $3',
      [check.name, check.make(), old],
    );
  }

  /** An installation may have secrets from before there were check values: one of each kind is tried. */
  private async opensWhatIsStored({ name }: SecretCheck): Promise<boolean> {
    if (name !== 'SECRETS_KEY') return true;
    for (const table of declaredSealed()) {
      const [row] = await this.database.query<{ id: string; sealed: string }>(
        `SELECT id, secrets[1] AS sealed FROM ${table} WHERE cardinality(secrets) > 0 LIMIT 1`,
      );
      if (row !== undefined && !opens(this.secretBox, row.sealed, row.id)) return false;
    }
    return true;
  }
}
