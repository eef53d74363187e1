import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { pack, unpack } from './envelope.js';
import { FollowedPartitions } from './followed-partitions.js';
import type { OpenWire, Wire } from './wire.js';

const MAX_REOPEN_DELAY_MS = 250;
/**
 * The bus delivers every message to its sender too. A process that misses this many of its own heartbeats is
 * disconnected, whatever its connection reports; this takes at most 6 s. A single lost heartbeat is tolerated.
 */
const HEARTBEAT_MS = 1_500;
const MAX_MISSED_HEARTBEATS = 3;
const FIRST_HEARTBEAT_TIMEOUT_MS = 1_000;
const HEARTBEAT = 'beat';

/**
 * Notifies all processes of this installation. A message may be lost, duplicated or late, so it carries only a hint and
 * never the data; listeners also poll every few seconds.
 */
export class Bus implements OnModuleInit, OnApplicationShutdown {
  readonly #logger = new Logger(Bus.name);
  readonly #node = randomUUID();
  readonly #listeners = new Map<string, Set<(message: string) => void>>();
  readonly #returnListeners = new Set<() => void>();
  readonly #followed: FollowedPartitions;
  #open: OpenWire | undefined;
  #connected = false;
  #closed = false;
  #missedHeartbeats = 0;
  #outages = 0;
  #lostAt: number | undefined;
  #onFirstHeartbeat = (): void => undefined;
  #wake = (): void => undefined;

  constructor(private readonly wire: Wire) {
    this.#followed = new FollowedPartitions(wire.partitions);
  }

  /** Whether messages reach this process: true once it has received its own heartbeat. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Number of lost connections since the start. */
  get outages(): number {
    return this.#outages;
  }

  /** Starts without a connection if necessary and keeps trying: all listeners also poll. */
  async onModuleInit(): Promise<void> {
    const firstHeartbeat = new Promise<void>((resolve) => (this.#onFirstHeartbeat = resolve));
    await this.reopen().catch((reason: unknown) => {
      this.#lostAt = performance.now();
      const message = reason instanceof Error ? reason.message : 'unknown reason';
      this.#logger.warn(`the bus is unavailable, so events are up to 2 s late: ${message}`);
    });
    void this.maintain();
    if (this.#open === undefined) return;
    await Promise.race([firstHeartbeat, delay(FIRST_HEARTBEAT_TIMEOUT_MS, undefined, { ref: false })]);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#closed = true;
    await this.#open?.close();
  }

  /**
   * Calls the listeners of this process synchronously; other processes receive the message soon. Never throws or
   * blocks.
   * @param compact the messages for other processes, of at most BUS_MESSAGE_BYTES each
   */
  publish(topic: string, message: string, compact: readonly string[] = [message]): void {
    this.deliver(topic, message);
    for (const each of compact) this.send(topic, each);
  }

  /**
   * As `publish`, but only processes that follow the key receive the message. A process may receive messages of keys
   * that it doesn't follow.
   */
  publishTo(key: string, topic: string, message: string, compact = message): void {
    this.deliver(topic, message);
    this.send(topic, compact, this.#followed.partitionOf(key));
  }

  /**
   * Receives the messages for the key until `unfollow`, which is called as often. What is read after the promise
   * resolves lacks no message that is published later. While the bus is disconnected the promise resolves at once:
   * then `onReturn` tells when to read again.
   */
  follow(key: string): Promise<void> {
    return this.#followed.follow(key, this.#open);
  }

  unfollow(key: string): void {
    this.#followed.unfollow(key, this.#open);
  }

  /** @returns a function that removes the listener */
  listen(topic: string, listener: (message: string) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Calls the listener after the bus has reconnected: messages were probably missed, so poll at once.
   * @returns a function that removes the listener
   */
  onReturn(listener: () => void): () => void {
    this.#returnListeners.add(listener);
    return () => this.#returnListeners.delete(listener);
  }

  private send(topic: string, message: string, partition?: number): void {
    // A message that is too long would break the connection, and lose the messages of other senders.
    if (Buffer.byteLength(message) > BUS_MESSAGE_BYTES)
      this.#logger.error(`a message on ${topic} is too long to be sent`);
    else this.#open?.send(pack({ node: this.#node, topic, message }), partition);
  }

  private receive(text: string): void {
    const envelope = unpack(text);
    // Local listeners were already called by `publish`.
    if (envelope?.node === this.#node) this.receiveHeartbeat();
    else if (envelope !== undefined) this.deliver(envelope.topic, envelope.message);
  }

  private deliver(topic: string, message: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) this.call(() => listener(message));
  }

  /** Isolates the sender and other listeners from a failing listener. */
  private call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#logger.error({ msg: 'a bus listener failed', err: error });
    }
  }

  private async reopen(): Promise<void> {
    let opened: OpenWire | undefined;
    opened = await this.wire.open({
      message: (text) => this.receive(text),
      lost: (reason) => {
        // A connection that was given up can report its end late, or twice.
        if (opened !== undefined && opened === this.#open) this.drop(reason);
      },
    });
    this.#missedHeartbeats = 0;
    this.#open = opened;
    // Before the first heartbeat, after which the listeners read what they have missed.
    await this.#followed.resume(opened);
  }

  private async maintain(): Promise<void> {
    while (!this.#closed) {
      if (this.#missedHeartbeats >= MAX_MISSED_HEARTBEATS) this.drop(new Error('no heartbeat received'));
      this.sendHeartbeat();
      // A random delay spreads the reconnects of many processes.
      await (this.#open === undefined
        ? delay(MAX_REOPEN_DELAY_MS * Math.random(), undefined, { ref: false })
        : this.nextHeartbeat());
      if (this.#open === undefined && !this.#closed) await this.reopen().catch(() => undefined);
    }
    await this.#open?.close();
  }

  /** Resolves early when the connection is lost. */
  private async nextHeartbeat(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, HEARTBEAT_MS).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private sendHeartbeat(): void {
    this.#missedHeartbeats++;
    this.#open?.send(pack({ node: this.#node, topic: HEARTBEAT, message: '' }));
  }

  private receiveHeartbeat(): void {
    this.#missedHeartbeats = 0;
    if (this.#connected) return;
    this.#connected = true;
    this.#onFirstHeartbeat();
    if (this.#lostAt === undefined) return;
    this.#logger.log(`the bus has reconnected after ${Math.round(performance.now() - this.#lostAt)} ms`);
    this.#lostAt = undefined;
    for (const listener of this.#returnListeners) this.call(listener);
  }

  /** Logs once per outage, however many attempts to reconnect fail. */
  private drop(reason: Error): void {
    const lost = this.#open;
    this.#open = undefined;
    this.#missedHeartbeats = 0;
    lost?.close().catch(() => undefined);
    this.#wake();
    if (this.#closed || !this.#connected) return;
    this.#connected = false;
    this.#outages++;
    this.#lostAt = performance.now();
    this.#logger.warn(`lost the bus connection: ${reason.message}`);
  }
}

/** Maximum message size for every backend: PostgreSQL rejects NOTIFY payloads of 8,000 bytes, envelope included. */
export const BUS_MESSAGE_BYTES = 7_500;
