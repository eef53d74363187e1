import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { pack, unpack } from './envelope.js';
import type { OpenWire, Wire } from './wire.js';

const REOPEN_MS = 250;
/**
 * Every message comes back to its sender, so a process that hears nothing of what it sent for this many beats is cut off,
 * whatever its connection says: found within 6 s. One beat may be lost, as any message.
 */
const BEAT_MS = 1_500;
const MAX_UNHEARD = 3;
const FIRST_BEAT_WITHIN_MS = 1_000;
const BEAT = 'beat';

/**
 * Tells every process of this installation to look again. A message may be lost, doubled or late, so it never carries
 * the truth, only where to find it; whoever listens also looks by itself every few seconds.
 */
export class Bus implements OnModuleInit, OnApplicationShutdown {
  readonly #logger = new Logger(Bus.name);
  readonly #node = randomUUID();
  readonly #listeners = new Map<string, Set<(message: string) => void>>();
  readonly #returnListeners = new Set<() => void>();
  #open: OpenWire | undefined;
  #connected = false;
  #closed = false;
  #unheard = 0;
  #outages = 0;
  #lostAt: number | undefined;
  #greeted = (): void => undefined;
  #wake = (): void => undefined;

  constructor(private readonly wire: Wire) {}

  /** Whether messages reach this process at the moment: true once its own have come back. */
  get connected(): boolean {
    return this.#connected;
  }

  /** How often the connection was lost since the start. */
  get outages(): number {
    return this.#outages;
  }

  /** Goes on without a connection, and keeps trying: everything that listens also looks by itself. */
  async onModuleInit(): Promise<void> {
    const firstBeat = new Promise<void>((resolve) => (this.#greeted = resolve));
    await this.reopen().catch((reason: unknown) => {
      this.#lostAt = performance.now();
      const message = reason instanceof Error ? reason.message : 'unknown reason';
      this.#logger.warn(`the bus can't be reached, so events are up to 2 s late: ${message}`);
    });
    void this.keepUp();
    if (this.#open === undefined) return;
    await Promise.race([firstBeat, delay(FIRST_BEAT_WITHIN_MS, undefined, { ref: false })]);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#closed = true;
    await this.#open?.close();
  }

  /**
   * Reaches listeners of this process at once, and those of the others soon. Never throws, never waits.
   * @param compact what the others get, of BUS_MESSAGE_BYTES each at most
   */
  publish(topic: string, message: string, compact: readonly string[] = [message]): void {
    this.deliver(topic, message);
    for (const each of compact) {
      // It would cost the connection, and with it the messages of everybody else.
      if (Buffer.byteLength(each) > BUS_MESSAGE_BYTES)
        this.#logger.error(`a message on ${topic} is too long to be sent`);
      else this.#open?.send(pack({ node: this.#node, topic, message: each }));
    }
  }

  /** @returns a function that ends the listening */
  listen(topic: string, listener: (message: string) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Calls back when messages arrive again that for a while could not: look at once, something was probably missed.
   * @returns a function that ends the listening
   */
  onReturn(listener: () => void): () => void {
    this.#returnListeners.add(listener);
    return () => this.#returnListeners.delete(listener);
  }

  private receive(text: string): void {
    const envelope = unpack(text);
    // Our own messages have been delivered already.
    if (envelope?.node === this.#node) this.hearOurselves();
    else if (envelope !== undefined) this.deliver(envelope.topic, envelope.message);
  }

  private deliver(topic: string, message: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) this.call(() => listener(message));
  }

  /** Neither who sends nor who else listens is to suffer from a listener's fault. */
  private call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#logger.error({ msg: 'a listener failed', err: error });
    }
  }

  private async reopen(): Promise<void> {
    let opened: OpenWire | undefined;
    opened = await this.wire.open({
      message: (text) => this.receive(text),
      lost: (reason) => {
        // One that was given up may say so late, or twice.
        if (opened !== undefined && opened === this.#open) this.drop(reason);
      },
    });
    this.#unheard = 0;
    this.#open = opened;
  }

  private async keepUp(): Promise<void> {
    while (!this.#closed) {
      if (this.#unheard >= MAX_UNHEARD) this.drop(new Error('nothing comes back'));
      this.beat();
      // Not all processes come back in the same moment.
      await (this.#open === undefined ? delay(REOPEN_MS * Math.random(), undefined, { ref: false }) : this.nextBeat());
      if (this.#open === undefined && !this.#closed) await this.reopen().catch(() => undefined);
    }
    await this.#open?.close();
  }

  /** Settles early when the connection is lost. */
  private async nextBeat(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, BEAT_MS).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private beat(): void {
    this.#unheard++;
    this.#open?.send(pack({ node: this.#node, topic: BEAT, message: '' }));
  }

  private hearOurselves(): void {
    this.#unheard = 0;
    if (this.#connected) return;
    this.#connected = true;
    this.#greeted();
    if (this.#lostAt === undefined) return;
    this.#logger.log(`the bus is back after ${Math.round(performance.now() - this.#lostAt)} ms`);
    this.#lostAt = undefined;
    for (const listener of this.#returnListeners) this.call(listener);
  }

  /** Said once for each outage, however many attempts to come back fail. */
  private drop(reason: Error): void {
    const lost = this.#open;
    this.#open = undefined;
    this.#unheard = 0;
    lost?.close().catch(() => undefined);
    this.#wake();
    if (this.#closed || !this.#connected) return;
    this.#connected = false;
    this.#outages++;
    this.#lostAt = performance.now();
    this.#logger.warn(`lost the bus connection: ${reason.message}`);
  }
}

/** Largest message that every bus can carry: PostgreSQL refuses a NOTIFY payload of 8,000 bytes, envelope included. */
export const BUS_MESSAGE_BYTES = 7_500;
