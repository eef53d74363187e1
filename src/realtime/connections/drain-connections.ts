import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { CLOSE } from '../protocol/close-codes.js';
import type { Connection } from './connection.js';

/** Reconnects that the remaining nodes absorb without a noticeable delay. */
const RECONNECTS_PER_SECOND = 1_000;
/** The part of the shutdown time that may be spent on draining. */
const MAX_MS = 4_000;
const STEP_MS = 100;
const JITTER_MS = 500;
const FRAMES_PER_SLICE = 200;

export interface DrainPlan {
  /** When to close the connection, in milliseconds from now. */
  readonly closeInMs: number;
  /** How long the client should wait after that. */
  readonly reconnectInMs: number;
}

/**
 * Spreads the reconnects of `count` clients at RECONNECTS_PER_SECOND. A connection stays open, and gets its events, for
 * as much of that as this process can wait; its client waits for the rest.
 */
export function planDrain(index: number, count: number): DrainPlan {
  const reconnectAtMs = (index / RECONNECTS_PER_SECOND) * 1_000;
  const shareHere = Math.min(1, MAX_MS / ((count / RECONNECTS_PER_SECOND) * 1_000));
  const closeInMs = Math.floor(reconnectAtMs * shareHere);
  return { closeInMs, reconnectInMs: Math.round(reconnectAtMs - closeInMs + Math.random() * JITTER_MS) };
}

/** Tells every client when to reconnect to another node, then closes the connections one by one. */
export async function drainConnections(connections: readonly Connection[]): Promise<void> {
  const begin = performance.now();
  const leaving = connections.map((connection, i) => ({ connection, ...planDrain(i, connections.length) }));
  let notified = 0;
  for (const { connection, reconnectInMs } of leaving) {
    connection.send('server:draining', { reconnectInMs });
    if (++notified % FRAMES_PER_SLICE === 0) await nextTurn();
  }
  let next = 0;
  while (next < leaving.length) {
    const now = performance.now() - begin;
    for (; (leaving[next]?.closeInMs ?? Infinity) <= now; next++) leaving[next]?.connection.close(CLOSE.restart);
    // Waits after the last one too, so that its close frame is sent.
    await delay(STEP_MS);
  }
}
