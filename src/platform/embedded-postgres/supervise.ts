import { clusterDir, hasCluster } from './choose-home.js';
import { withClusterLock } from './cluster-lock.js';
import { readPidFile } from './pid-file.js';
import { identityOf, isRunning } from './process-marks.js';
import { adoptOrStart, type Cluster } from './server.js';

const CHECK_INTERVAL_MS = 500;
/** Time after which a failing start is given up. A server that starts and recovers may take longer. */
const GIVE_UP_MS = 10_000;

export interface Supervised {
  readonly cluster: Cluster;
  readonly port: number;
  readonly settings: Record<string, string>;
  readonly log: (line: string) => void;
  /** Called once, when the server has ended and cannot be restarted on its port. */
  readonly onLost: (error: Error) => void;
}

/**
 * Restarts the server when it ends unexpectedly, for example after the OOM killer, on the port in every connection
 * string. Of several processes that use it, the first to get the cluster lock starts it, and the others find it
 * running.
 * @returns a function that ends the supervision
 */
export function supervise(supervised: Supervised): () => void {
  let identity = serverIdentity(supervised.cluster);
  let ended = false;
  let timer: NodeJS.Timeout;
  const schedule = () => {
    if (!ended) timer = setTimeout(() => void check(), CHECK_INTERVAL_MS).unref();
  };
  const check = async () => {
    if (isRunning(identity)) return schedule();
    try {
      await restart(supervised, () => ended);
      identity = serverIdentity(supervised.cluster);
      schedule();
    } catch (error) {
      if (!ended) supervised.onLost(error as Error);
    }
  };
  schedule();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

async function restart({ cluster, port, settings, log }: Supervised, hasEnded: () => boolean): Promise<void> {
  const home = cluster.home.path;
  log(`PostgreSQL in ${home} ended unexpectedly: restarting it on port ${port}.`);
  await withClusterLock(home, async () => {
    if (hasEnded()) return;
    // A start after the cluster was deleted must not create an empty one.
    if (!hasCluster(home))
      throw new Error(`The database in ${home} no longer exists: restore it, or restart to create a new one.`);
    const running = await adoptOrStart(cluster, settings, { port, timeoutMs: GIVE_UP_MS });
    if (running.port !== port) {
      throw new Error(
        `PostgreSQL in ${home} is running on port ${running.port} again, but this process expects port ${port}.`,
      );
    }
    log(`PostgreSQL in ${home} is running again${running.adopted ? '; another process started it' : ''}.`);
  });
}

function serverIdentity({ home }: Cluster): string {
  return identityOf(readPidFile(clusterDir(home.path))?.pid ?? 0);
}
