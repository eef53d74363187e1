import { Cluster, Redis, type RedisOptions } from 'ioredis';

const CLUSTER = '+cluster';

/** `redis+cluster://` and `rediss+cluster://` name one node of a cluster, which knows the others. */
export const isClusterUrl = (url: string): boolean => new URL(url).protocol.endsWith(`${CLUSTER}:`);

/** A client of the server, or of the cluster, at `url`. The caller listens to its `error` events. */
export function redisClient(url: string, options: RedisOptions): Redis | Cluster {
  // After a failover the name leads to another server than the connection does.
  const all: RedisOptions = { reconnectOnError: isReadOnly, ...options };
  return withOptionalInfo(isClusterUrl(url) ? clusterClient(url, all) : new Redis(url, all));
}

function clusterClient(url: string, options: RedisOptions): Cluster {
  const { protocol, hostname, port, username, password } = new URL(url);
  const { lazyConnect = false, enableOfflineQueue = true, retryStrategy, ...redisOptions } = options;
  return new Cluster([{ host: hostname, port: Number(port || 6379) }], {
    lazyConnect,
    enableOfflineQueue,
    shardedSubscribers: true,
    // A node has the name that the certificate and this machine know it by, not an address to look up.
    dnsLookup: (address, done) => done(null, address),
    ...(retryStrategy ? { clusterRetryStrategy: (times: number) => retryStrategy(times) ?? null } : {}),
    redisOptions: {
      ...redisOptions,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === `rediss${CLUSTER}:` ? { tls: {} } : {}),
    },
  });
}

const isReadOnly = (error: Error): boolean => error.message.startsWith('READONLY');

/** Whether a user may not do this, which no waiting changes. */
export const isForbidden = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOPERM');

type Callback = (error: Error | null, text?: string) => void;

/**
 * Managed Redis may forbid INFO. The client asks it whether the server has loaded its data, BullMQ which version it is;
 * without an answer both take what any server can do.
 */
function withOptionalInfo<Client extends Redis | Cluster>(client: Client): Client {
  const ask = client.info.bind(client) as (...sections: unknown[]) => Promise<string>;
  const info = (...parameters: unknown[]): Promise<string> => {
    const callback = typeof parameters.at(-1) === 'function' ? (parameters.pop() as Callback) : undefined;
    const answer = ask(...parameters).catch((error: unknown) => {
      if (isForbidden(error)) return '';
      throw error;
    });
    if (callback !== undefined) answer.then((text) => callback(null, text), callback);
    return answer;
  };
  return Object.assign(client, { info });
}
