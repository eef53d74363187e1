import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Bus } from './bus.js';

/** The bus on Redis pub/sub: one connection to publish, one to listen; ioredis brings both back after a failure. */
export class RedisBus extends Bus implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RedisBus.name);
  private readonly channel: string;
  private readonly publisher: Redis;
  private readonly subscriber: Redis;

  constructor(url: string, prefix: string) {
    super();
    this.channel = `${prefix}:bus`;
    // A message that waits for a connection is late and useless: it is dropped instead.
    this.publisher = new Redis(url, { lazyConnect: true, enableOfflineQueue: false });
    this.subscriber = new Redis(url, { lazyConnect: true });
    for (const client of [this.publisher, this.subscriber]) {
      client.on('error', (error) => this.logger.warn(`bus connection: ${error.message}`));
    }
    this.subscriber.on('message', (_channel, wire) => this.receive(wire));
  }

  get connected(): boolean {
    return this.subscriber.status === 'ready' && this.publisher.status === 'ready';
  }

  async onModuleInit(): Promise<void> {
    await Promise.all([this.publisher.connect(), this.subscriber.connect()]);
    await this.subscriber.subscribe(this.channel);
  }

  onApplicationShutdown(): void {
    this.publisher.disconnect();
    this.subscriber.disconnect();
  }

  protected send(wire: string): void {
    this.publisher.publish(this.channel, wire).catch(() => undefined);
  }
}
