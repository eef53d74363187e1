import { Cluster, Redis, type RedisOptions } from 'ioredis';

const CLUSTER = '+cluster';

/** `redis+cluster://` and `rediss+cluster://` name one node of a cluster, from which the others are discovered. */
export const isClusterUrl = (url: string): boolean => new URL(url).protocol.endsWith(`${CLUSTER}:`);

/** A client for the server or cluster at `url`. The caller must listen to its `error` events. */
export function redisClient(url: string, options: RedisOptions): Redis | Cluster {
  // After a failover, the host name may point to another server than the open connection.
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
    // Keeps the host name, which the certificate contains, instead of resolving it.
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

/** Whether the user lacks the permission, so that retrying does not help. */
export const isForbidden = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOPERM');

type Callback = (error: Error | null, text?: string) => void;

/**
 * Handles a Redis that forbids INFO, as managed services may. ioredis uses it to check whether data is loaded, and
 * BullMQ for the version; without a response both assume defaults.
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
