import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { CLOSE } from '../protocol/close-codes.js';
import type { Connection } from './connection.js';

/** How many clients a second the other nodes take in without anybody noticing. */
const RECONNECTS_PER_SECOND = 1_000;
/** How much of the time that a process has to end goes into letting sockets go. */
const MAX_MS = 4_000;
const STEP_MS = 100;
const JITTER_MS = 500;
const FRAMES_PER_SLICE = 200;

export interface DrainPlan {
  /** When the socket is closed, in milliseconds from now. */
  readonly closeInMs: number;
  /** How long after that its client had better wait. */
  readonly reconnectInMs: number;
}

/**
 * Spreads the return of `count` clients over as long as it takes at RECONNECTS_PER_SECOND. A socket stays open for as
 * much of that as this process can wait, since until then its events go on; the rest of it the client waits.
 */
export function planDrain(index: number, count: number): DrainPlan {
  const backInMs = (index / RECONNECTS_PER_SECOND) * 1_000;
  const shareHere = Math.min(1, MAX_MS / ((count / RECONNECTS_PER_SECOND) * 1_000));
  const closeInMs = Math.floor(backInMs * shareHere);
  return { closeInMs, reconnectInMs: Math.round(backInMs - closeInMs + Math.random() * JITTER_MS) };
}

/** Tells every client when to come back, elsewhere, and lets them go one after the other. */
export async function drainConnections(connections: readonly Connection[]): Promise<void> {
  const begin = performance.now();
  const leaving = connections.map((connection, i) => ({ connection, ...planDrain(i, connections.length) }));
  let told = 0;
  for (const { connection, reconnectInMs } of leaving) {
    connection.send('server:draining', { reconnectInMs });
    if (++told % FRAMES_PER_SLICE === 0) await nextTurn();
  }
  let next = 0;
  while (next < leaving.length) {
    const now = performance.now() - begin;
    for (; (leaving[next]?.closeInMs ?? Infinity) <= now; next++) leaving[next]?.connection.close(CLOSE.restart);
    // Also after the last one: its close frame has to leave.
    await delay(STEP_MS);
  }
}
