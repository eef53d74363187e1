import type { Cluster, Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { isClusterUrl, redisClient } from './redis-client.js';
import type { OpenWire, Wire, WireEnds } from './wire.js';

const CONNECT_MS = 3_000;
/** How long a connection that is given up may take to say goodbye. */
const GOODBYE_MS = 500;

type Client = Redis | Cluster;

/**
 * Pub/sub: one connection to publish, one to listen. A cluster from version 7 on has sharded pub/sub, which keeps a
 * message within the shard of its channel; the plain kind goes to every node of the cluster.
 */
export class RedisWire implements Wire {
  /** The braces say which part of a name decides its shard. */
  private readonly channel: string;

  constructor(
    private readonly url: string,
    prefix: string,
  ) {
    this.channel = `${prefix}:{bus}`;
  }

  async open(ends: WireEnds): Promise<OpenWire> {
    const clients = [this.client(ends), this.client(ends)] as const;
    const close = async () => clients.forEach((client) => client.disconnect());
    const [publisher, subscriber] = clients;
    try {
      await Promise.race([Promise.all(clients.map((client) => client.connect())), late()]);
      const sharded = isClusterUrl(this.url) && (await subscribeToShard(subscriber, this.channel));
      if (!sharded) await subscriber.subscribe(this.channel);
      for (const event of ['message', 'smessage']) subscriber.on(event, (_channel, text: string) => ends.message(text));
      const publish = (text: string) =>
        sharded ? publisher.spublish(this.channel, text) : publisher.publish(this.channel, text);
      return { send: (text) => void publish(text).catch(() => undefined), close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** It doesn't come back by itself: the bus opens a new one, so that there is one way in which that happens. */
  private client(ends: WireEnds): Client {
    const client = redisClient(this.url, {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      disconnectTimeout: GOODBYE_MS,
      retryStrategy: () => null,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
    });
    let reason = new Error('the server ended it');
    client.on('error', (error: Error) => (reason = error));
    client.on('end', () => ends.lost(reason));
    return client;
  }
}

/** ioredis leaves the connecting to a cluster undecided when none of its nodes can be used. */
async function late(): Promise<never> {
  await delay(CONNECT_MS + GOODBYE_MS, undefined, { ref: false });
  throw new Error('Redis gives no answer');
}

/** @returns false where the servers are too old for it */
async function subscribeToShard(subscriber: Client, channel: string): Promise<boolean> {
  try {
    await subscriber.ssubscribe(channel);
    return true;
  } catch (error) {
    if (error instanceof Error && /unknown command/i.test(error.message)) return false;
    throw error;
  }
}
