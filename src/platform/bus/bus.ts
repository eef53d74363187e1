import { randomUUID } from 'node:crypto';
import { pack, unpack } from './envelope.js';

/**
 * Tells every process of this installation to look again. A message may be lost, doubled or late, so it never carries
 * the truth, only where to find it; whoever listens also looks by itself every few seconds.
 */
export abstract class Bus {
  readonly #node = randomUUID();
  readonly #listeners = new Map<string, Set<(message: string) => void>>();

  /**
   * Reaches listeners of this process at once, and those of the others soon. Never throws, never waits.
   * @param compact what the others get, BUS_MESSAGE_BYTES at most
   */
  publish(topic: string, message: string, compact = message): void {
    this.deliver(topic, message);
    this.send(pack({ node: this.#node, topic, message: compact }));
  }

  /** @returns a function that ends the listening */
  listen(topic: string, listener: (message: string) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Whether messages of other processes can reach this one at the moment. */
  abstract get connected(): boolean;

  /** Hands a message over to the other processes. Ours gets it back too, perhaps. */
  protected abstract send(wire: string): void;

  /** For what came from any process: our own messages have been delivered already. */
  protected receive(wire: string): void {
    const envelope = unpack(wire);
    if (envelope !== undefined && envelope.node !== this.#node) this.deliver(envelope.topic, envelope.message);
  }

  private deliver(topic: string, message: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(message);
  }
}

/** Largest message that every bus can carry: PostgreSQL refuses a NOTIFY payload of 8,000 bytes, envelope included. */
export const BUS_MESSAGE_BYTES = 7_500;
