import { clusterDir, hasCluster } from './choose-home.js';
import { withClusterLock } from './cluster-lock.js';
import { readPidFile } from './pid-file.js';
import { identityOf, isRunning } from './process-marks.js';
import { adoptOrStart, type Cluster } from './server.js';

const LOOK_EVERY_MS = 500;
/** A server that can't be started for this long is given up. One that starts and recovers takes the time it needs. */
const GIVE_UP_MS = 10_000;

export interface Supervised {
  readonly cluster: Cluster;
  readonly port: number;
  readonly settings: Record<string, string>;
  readonly log: (line: string) => void;
  /** Called once, when the server has ended and can't be started again under its address. */
  readonly onLost: (error: Error) => void;
}

/**
 * Starts the server again when it ends without us, as after the OOM killer. It comes back on its port, which is in every
 * connection string. Of several processes that use it, the one that gets the cluster's lock first starts it, and the
 * others find it running.
 * @returns a function that ends the supervision
 */
export function supervise(supervised: Supervised): () => void {
  let identity = serverIdentity(supervised.cluster);
  let ended = false;
  let timer: NodeJS.Timeout;
  const plan = () => {
    if (!ended) timer = setTimeout(() => void look(), LOOK_EVERY_MS).unref();
  };
  const look = async () => {
    if (isRunning(identity)) return plan();
    try {
      await restart(supervised, () => ended);
      identity = serverIdentity(supervised.cluster);
      plan();
    } catch (error) {
      if (!ended) supervised.onLost(error as Error);
    }
  };
  plan();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

async function restart({ cluster, port, settings, log }: Supervised, hasEnded: () => boolean): Promise<void> {
  const home = cluster.home.path;
  log(`PostgreSQL in ${home} has ended by itself: starting it again on port ${port}.`);
  await withClusterLock(home, async () => {
    if (hasEnded()) return;
    // A start of a deleted cluster must not make an empty one in its place.
    if (!hasCluster(home)) throw new Error(`The database in ${home} is gone: restore it, or start anew without it.`);
    const running = await adoptOrStart(cluster, settings, { port, patienceMs: GIVE_UP_MS });
    if (running.port !== port) {
      throw new Error(`PostgreSQL in ${home} is back on port ${running.port}, and this process knows it on ${port}.`);
    }
    log(`PostgreSQL in ${home} is back${running.adopted ? '; another process has started it' : ''}.`);
  });
}

function serverIdentity({ home }: Cluster): string {
  return identityOf(readPidFile(clusterDir(home.path))?.pid ?? 0);
}
