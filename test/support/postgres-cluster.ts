import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { provideBinaries, type Binaries } from '../../src/platform/embedded-postgres/binaries.js';
import { findSystemUser, isRoot, runAs, type SystemUser } from '../../src/platform/embedded-postgres/system-user.js';
import { freePort } from './app.js';
import { eventually } from './eventually.js';

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'wal_level=replica',
  'max_wal_senders=5',
  'wal_keep_size=256MB',
  'max_connections=150',
  'shared_buffers=64MB',
  'hot_standby=on',
  'log_min_error_statement=panic',
];

/** Creates PostgreSQL servers that a test may back up, restore, replicate and promote. */
export class PostgresHome {
  private readonly user: SystemUser | undefined;
  private readonly binaries: Binaries;
  private readonly path: string;
  private made = 0;

  /** @param parent the folder for the data of all its servers */
  constructor(parent = tmpdir()) {
    this.user = isRoot() ? findSystemUser(undefined) : undefined;
    this.path = mkdtempSync(join(parent, 'tidings-history-'));
    // When run as root, another user runs the servers and needs access.
    chmodSync(this.path, 0o755);
    this.binaries = provideBinaries(this.user, isRoot() ? '/var/lib/tidings' : this.path, () => undefined);
  }

  async create(): Promise<PostgresCluster> {
    const data = this.newDirectory();
    mkdirSync(data, { mode: 0o700 });
    if (this.user !== undefined) chownSync(data, this.user.uid, this.user.gid);
    await this.run(this.binaries.initdb, [
      `--pgdata=${data}`,
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ]);
    return new PostgresCluster(this, data, await freePort());
  }

  /** Copies the files of a stopped server. */
  copy(data: string): string {
    const copy = this.newDirectory();
    const { status, stderr } = spawnSync('cp', ['-a', data, copy], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`The data directory was not copied: ${stderr}`);
    return copy;
  }

  pgCtl(data: string, ...args: string[]): Promise<void> {
    return this.run(this.binaries.pgCtl, [...args, '-D', data, '-w', '-t', '60', '-s']);
  }

  start(data: string, port: number): Promise<void> {
    const log = `${data}.log`;
    if (!existsSync(log)) writeFileSync(log, '');
    if (this.user !== undefined) chownSync(log, this.user.uid, this.user.gid);
    const options = [...SETTINGS, `port=${port}`].map((setting) => `-c ${setting}`).join(' ');
    return this.pgCtl(data, 'start', '-l', log, '-p', this.binaries.postgres, '-o', options);
  }

  dispose(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private newDirectory(): string {
    return join(this.path, `data-${++this.made}`);
  }

  private run(program: string, args: string[]): Promise<void> {
    return runAs(this.user, program, args);
  }
}

/** A PostgreSQL server. */
export class PostgresCluster {
  constructor(
    private readonly home: PostgresHome,
    private data: string,
    readonly port: number,
  ) {}

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/tidings`;
  }

  start(): Promise<void> {
    return this.home.start(this.data, this.port);
  }

  private get pid(): number {
    return Number(readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  /** `immediate` simulates a crash of the machine. */
  stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    return this.home.pgCtl(this.data, 'stop', '-m', mode);
  }

  /** Sends SIGKILL to the postmaster. The backends notice and end. */
  kill(): void {
    process.kill(this.pid, 'SIGKILL');
  }

  /** Starts the server unless it answers, as soon as the last backend of a killed one has gone. */
  async startUnlessRunning(): Promise<void> {
    const answers = () => this.query('SELECT', 'postgres');
    await eventually(
      'PostgreSQL answers',
      () =>
        answers()
          .catch(() => this.start())
          .then(
            () => true,
            () => false,
          ),
      60_000,
    );
  }

  /** Sends SIGKILL to a random backend of the database, upon which the postmaster restarts all of them. */
  async killBackend(): Promise<void> {
    const [row] = await this.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = 'tidings' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1`,
    );
    if (row !== undefined) process.kill(row.pid, 'SIGKILL');
  }

  promote(): Promise<void> {
    return this.home.pgCtl(this.data, 'promote');
  }

  /** The server must be stopped. */
  backUp(): string {
    return this.home.copy(this.data);
  }

  /** The server must be stopped. */
  restore(backup: string): void {
    rmSync(this.data, { recursive: true, force: true });
    this.data = this.home.copy(backup);
  }

  /** Makes a standby from the files of this server, which must be stopped. It replicates from `upstreamPort`. */
  async makeStandby(upstreamPort: number): Promise<PostgresCluster> {
    const data = this.home.copy(this.data);
    writeFileSync(join(data, 'standby.signal'), '');
    const settings = `primary_conninfo = 'host=127.0.0.1 port=${upstreamPort} user=postgres'\nwal_retrieve_retry_interval = '100ms'\n`;
    appendFileSync(join(data, 'postgresql.auto.conf'), settings);
    return new PostgresCluster(this.home, data, await freePort());
  }

  async query<Row extends pg.QueryResultRow>(sql: string, database = 'tidings'): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url.replace(/tidings$/, database) });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Resolves when the standby has replayed all commits of this server. */
  async caughtUp(standby: PostgresCluster): Promise<void> {
    const [row] = await this.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn');
    await eventually(
      'the standby has caught up',
      async () => {
        const [there] = await standby.query<{ done: boolean }>(
          `SELECT pg_last_wal_replay_lsn() >= '${row?.lsn}'::pg_lsn AS done`,
        );
        return there?.done === true;
      },
      30_000,
    );
  }
}
