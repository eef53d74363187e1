import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { runEvery } from '../concurrency/run-every.js';
import { declaredSealed } from './define-sealed.js';
import { SecretBox } from './secret-box.js';
import { opens, secretChecks, type SecretCheck } from './secret-checks.js';

const CHECK_INTERVAL_MS = 5_000;
/** If no process with the other secret was seen for this long, it was replaced on purpose. */
const ABANDONED_SECONDS = 30;

interface Row {
  readonly check_value: string;
  readonly abandoned: boolean;
}

/**
 * Checks whether this process has the same SECRETS_KEY and JWT_SECRET as the others: each is compared with a check
 * value in the database, which the first process writes. The check value does not reveal the secret.
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

  /** Settings in which this process differs from the others. */
  get mismatched(): readonly string[] {
    return [...this.wrong];
  }

  async onModuleInit(): Promise<void> {
    await this.check();
    this.starting = false;
    const onError = (err: unknown) => this.logger.warn({ msg: 'comparing the shared secrets failed', err });
    this.stop = runEvery(CHECK_INTERVAL_MS, () => this.check(), onError);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  async check(): Promise<void> {
    for (const check of this.checks) this.note(check.name, await this.isShared(check));
  }

  private note(name: string, isShared: boolean): void {
    if (isShared === !this.wrong.has(name)) return;
    if (isShared) this.wrong.delete(name);
    else this.wrong.add(name);
    if (isShared) this.logger.log(`${name} matches the other processes again`);
    else this.logger.error(`${name} differs from the other processes: this process is not ready until they match`);
  }

  private async isShared(check: SecretCheck): Promise<boolean> {
    const row = (await this.read(check)) ?? (await this.writeFirst(check));
    if (row === undefined) return false;
    const found = check.compare(row.check_value);
    if (found === 'other' && !(row.abandoned && (await this.opensWhatIsStored(check)))) return false;
    // During a rotation both keys are current somewhere: only a starting process replaces, or they would alternate.
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

  /** One of several concurrent writers succeeds; all read its value. */
  private async writeFirst(check: SecretCheck): Promise<Row | undefined> {
    if (!(await this.opensWhatIsStored(check))) return undefined;
    await this.database.query(
      'INSERT INTO shared_secrets (name, check_value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
      [check.name, check.make()],
    );
    return this.read(check);
  }

  /** Whatever the number of processes, one of them writes per interval. */
  private async keepUp({ name }: SecretCheck): Promise<void> {
    await this.database.query(
      `UPDATE shared_secrets SET used_at = now() WHERE name = $1 AND used_at < now() - make_interval(secs => $2)`,
      [name, CHECK_INTERVAL_MS / 1_000],
    );
  }

  private async replace(check: SecretCheck, old: string): Promise<void> {
    await this.database.query(
      'UPDATE shared_secrets SET check_value = $2, used_at = now() WHERE name = $1 AND check_value = $3',
      [check.name, check.make(), old],
    );
  }

  /** An installation may have secrets from before check values existed: one secret per table is tried. */
  private async opensWhatIsStored({ name }: SecretCheck): Promise<boolean> {
    if (name !== 'SECRETS_KEY') return true;
    for (const { table, column } of declaredSealed()) {
      const [row] = await this.database.query<{ id: string; sealed: string }>(
        `SELECT id, ${column}[1] AS sealed FROM ${table} WHERE cardinality(${column}) > 0 LIMIT 1`,
      );
      if (row !== undefined && !opens(this.secretBox, row.sealed, row.id)) return false;
    }
    return true;
  }
}
