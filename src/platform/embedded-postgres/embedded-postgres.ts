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
  /** The files go into its `postgres/` subdirectory; the directory itself keeps its mode and owner. */
  readonly dataDir: string;
  /** As root: the user of a new cluster (default `postgres`, then `nobody`). An existing cluster runs as its owner. */
  readonly runAsUser?: string;
  /** Created when missing. Default `tidings`. */
  readonly database?: string;
  /** Receives sentences for the operator, for example about the place of copies. */
  readonly log?: (line: string) => void;
  /** PostgreSQL settings for a new server; an adopted server keeps its own. */
  readonly settings?: Record<string, string>;
  /** As root: the place of copies if the PostgreSQL user cannot access the originals. Default `/var/lib/tidings`. */
  readonly reachableDir?: string;
}

export interface EmbeddedPostgres {
  /** A superuser connection string that contains the password: never log it. */
  readonly url: string;
  /** Whether the server was already running: an earlier process was killed, or another process uses it. */
  readonly adopted: boolean;
  readonly startedInMs: number;
  /** The actual directory of the files. */
  readonly dataDir: string;
  /**
   * From now on, restarts the server on the same port when it ends unexpectedly.
   * @param onLost called once if that fails for 10 s or cannot succeed: the process has lost its database
   */
  supervise(onLost: (error: Error) => void): void;
  /** Ends this use. The server stops (fast mode, awaited) unless another live process uses it. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a private PostgreSQL on 127.0.0.1 with persistent data. After a kill -9 of this process, the next start adopts
 * the server. Rejects with a sentence on how to fix the problem, and the last lines of the server's log if there are
 * any.
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

/** Other processes that use the ended server expect it on its old port. */
function portOfOthers(home: string): number | undefined {
  if (otherUsers(home).length === 0) return undefined;
  return readPidFile(clusterDir(home))?.port || undefined;
}

async function leave(cluster: Cluster, use: { remove(): void }, log: (line: string) => void): Promise<void> {
  use.remove();
  const others = otherUsers(cluster.home.path);
  if (others.length === 0) return stop(cluster);
  log(`PostgreSQL keeps running: process ${others.map((other) => other.pid).join(', ')} still uses it.`);
}

function once(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= task());
}
