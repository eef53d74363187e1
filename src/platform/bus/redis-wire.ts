import type { Cluster, Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { isClusterUrl, redisClient } from './redis-client.js';
import type { OpenWire, Wire, WireEnds } from './wire.js';

/** As many as a cluster has slots, over which they are spread. */
const PARTITIONS = 16_384;
const CONNECT_MS = 3_000;
/** Time for a graceful close of a connection. */
const CLOSE_TIMEOUT_MS = 500;

type Client = Redis | Cluster;

/**
 * Pub/sub with one connection to publish and one to subscribe. Clusters from version 7 on use sharded pub/sub, which
 * keeps messages within the channel's shard; plain pub/sub sends them to every node.
 */
export class RedisWire implements Wire {
  readonly partitions = PARTITIONS;

  constructor(
    private readonly url: string,
    private readonly prefix: string,
  ) {}

  async open(ends: WireEnds): Promise<OpenWire> {
    const clients = [this.client(ends), this.client(ends)] as const;
    const close = async () => clients.forEach((client) => client.disconnect());
    const [publisher, subscriber] = clients;
    try {
      await Promise.race([Promise.all(clients.map((client) => client.connect())), late()]);
      const channel = this.channelOf();
      const sharded = isClusterUrl(this.url) && (await subscribeToShard(subscriber, channel));
      if (!sharded) await subscriber.subscribe(channel);
      for (const event of ['message', 'smessage']) subscriber.on(event, (_channel, text: string) => ends.message(text));
      const publish = (to: string, text: string) =>
        sharded ? publisher.spublish(to, text) : publisher.publish(to, text);
      const subscribe = (to: string) => (sharded ? subscriber.ssubscribe(to) : subscriber.subscribe(to));
      const unsubscribe = (to: string) => (sharded ? subscriber.sunsubscribe(to) : subscriber.unsubscribe(to));
      return {
        send: (text, partition) => void publish(this.channelOf(partition), text).catch(() => undefined),
        listen: async (partitions) => {
          // One command for each: a command of a cluster can't span slots.
          await Promise.all(partitions.map((partition) => subscribe(this.channelOf(partition))));
        },
        unlisten: (partition) => void unsubscribe(this.channelOf(partition)).catch(() => undefined),
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** The braces mark the part of the name that determines the shard. */
  private channelOf(partition?: number): string {
    return partition === undefined ? `${this.prefix}:{bus}` : `${this.prefix}:{bus.${partition}}`;
  }

  /** Does not reconnect: the bus opens a new connection, so that there is only one way to reconnect. */
  private client(ends: WireEnds): Client {
    const client = redisClient(this.url, {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      disconnectTimeout: CLOSE_TIMEOUT_MS,
      retryStrategy: () => null,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
    });
    let reason = new Error('the server closed the connection');
    client.on('error', (error: Error) => (reason = error));
    client.on('end', () => ends.lost(reason));
    return client;
  }
}

/** ioredis never settles the connection to a cluster without a usable node. */
async function late(): Promise<never> {
  await delay(CONNECT_MS + CLOSE_TIMEOUT_MS, undefined, { ref: false });
  throw new Error('Redis does not answer');
}

/** @returns false if the servers are too old for sharded pub/sub */
async function subscribeToShard(subscriber: Client, channel: string): Promise<boolean> {
  try {
    await subscriber.ssubscribe(channel);
    return true;
  } catch (error) {
    if (error instanceof Error && /unknown command/i.test(error.message)) return false;
    throw error;
  }
}
