import { Cluster, Redis, type RedisOptions } from 'ioredis';

const CLUSTER = '+cluster';

/** `redis+cluster://` and `rediss+cluster://` name one node of a cluster, which knows the others. */
export const isClusterUrl = (url: string): boolean => new URL(url).protocol.endsWith(`${CLUSTER}:`);

/** A client of the server, or of the cluster, at `url`. The caller listens to its `error` events. */
export function redisClient(url: string, options: RedisOptions): Redis | Cluster {
  if (!isClusterUrl(url)) return new Redis(url, options);
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
