import { provideBinaries } from './binaries.js';
import { chooseHome, clusterDir } from './choose-home.js';
import { withClusterLock } from './cluster-lock.js';
import { createClusterIfMissing, readPassword } from './create-cluster.js';
import { markInUse, otherUsers } from './in-use.js';
import { readPidFile } from './pid-file.js';
import { adoptOrStart, type Cluster, stop } from './server.js';
import { createDatabaseIfMissing, urlOf } from './sql-session.js';
import { supervise } from './supervise.js';
import { isRoot } from './system-user.js';

export interface EmbeddedPostgresOptions {
  /** The files go into `postgres/` below it; the directory itself is neither changed nor given away. */
  readonly dataDir: string;
  /** As root: who runs a new cluster (default `postgres`, else `nobody`). An existing one is run by its owner. */
  readonly runAsUser?: string;
  /** Created when missing. Default `tidings`. */
  readonly database?: string;
  /** Gets a sentence about everything that a person may want to know, above all where copies were put. */
  readonly log?: (line: string) => void;
  /** PostgreSQL settings for a server that is started; one that is adopted keeps its own. */
  readonly settings?: Record<string, string>;
  /** As root: where copies go when the user that runs PostgreSQL can't reach the originals. Default `/var/lib/tidings`. */
  readonly reachableDir?: string;
}

export interface EmbeddedPostgres {
  /** A superuser's connection string for the database, with its password: never log it. */
  readonly url: string;
  /** The server was already running: an earlier process was killed, or another one uses it now. */
  readonly adopted: boolean;
  readonly startedInMs: number;
  /** Where the files really are. */
  readonly dataDir: string;
  /**
   * From now on the server is started again, on the same port, when it ends without us.
   * @param onLost called once when that fails for 10 s, or can't succeed: the process has no database any more
   */
  supervise(onLost: (error: Error) => void): void;
  /** Ends our use; the server stops (fast, and waited for) unless another living process uses it. Idempotent. */
  stop(): Promise<void>;
}

/**
 * A PostgreSQL of our own on 127.0.0.1, kept between starts. Survives our death by kill -9: the next start adopts
 * it. Rejects with one sentence on what to do, and the last lines of the server's log where there are some.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const startedAt = performance.now();
  const { dataDir, database = 'tidings', settings = {}, log = () => {} } = options;
  const reachableDir = options.reachableDir ?? '/var/lib/tidings';
  const home = chooseHome({ dataDir, runAsUser: options.runAsUser, reachableDir, log });

  return withClusterLock(home.path, async () => {
    const binaries = provideBinaries(home.user, isRoot() ? reachableDir : home.path, log);
    await createClusterIfMissing(home, binaries, settings['fsync'] !== 'off');
    const cluster: Cluster = { home, binaries, password: readPassword(home.path) };
    const { port, adopted } = await adoptOrStart(cluster, settings, { port: portOfOthers(home.path) });
    await createDatabaseIfMissing(port, cluster.password, database);
    const use = markInUse(home.path);
    let endSupervision: (() => void) | undefined;
    return {
      url: urlOf(port, cluster.password, database),
      adopted,
      startedInMs: Math.round(performance.now() - startedAt),
      dataDir: home.path,
      supervise: (onLost) => {
        endSupervision?.();
        endSupervision = supervise({ cluster, port, settings, log, onLost });
      },
      stop: once(() => {
        endSupervision?.();
        return withClusterLock(home.path, () => leave(cluster, use, log));
      }),
    };
  });
}

/** Processes that use a server which has just ended know it, and will look for it, on its old port. */
function portOfOthers(home: string): number | undefined {
  if (otherUsers(home).length === 0) return undefined;
  return readPidFile(clusterDir(home))?.port || undefined;
}

async function leave(cluster: Cluster, use: { remove(): void }, log: (line: string) => void): Promise<void> {
  use.remove();
  const others = otherUsers(cluster.home.path);
  if (others.length === 0) return stop(cluster);
  log(`PostgreSQL keeps running: process ${others.map((other) => other.pid).join(', ')} uses it too.`);
}

function once(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= task());
}
