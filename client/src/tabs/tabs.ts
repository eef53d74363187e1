import type { Transport } from '../link.js';
import { TidingsClient, type TidingsOptions } from '../tidings.js';
import { Leader } from './leader.js';
import { browserLocks, hold, type Locks } from './locks.js';
import { TabLink } from './tab-link.js';

/** A client that reconnects right after `close`, as in React's strict mode, stays the leader. */
const LINGER_MS = 500;

/**
 * A client that shares one connection with the other tabs of this browser. When the leader's tab is closed another one
 * takes over, and no event is lost, because every tab keeps its own positions. Without browser support each tab has its
 * own connection.
 * @param name the same for all tabs that share a connection; they must have the same user
 */
export const sharedClient = <MyEvents extends object = never>(
  name: string,
  options: TidingsOptions,
): TidingsClient<MyEvents> => new TidingsClient({ ...options, transport: acrossTabs(name, options) });

function acrossTabs(name: string, options: TidingsOptions): Transport | undefined {
  const locks = browserLocks();
  if (locks === undefined) return undefined;
  // A candidate only while connected, so that a tab without need for a connection doesn't lead.
  let stepDown: (() => void) | undefined;
  let current: AbortSignal | undefined;
  return ({ wanted }, events) => {
    stepDown ??= campaign(name, locks, options);
    if (current !== wanted) {
      current = wanted;
      const ends = () =>
        setTimeout(() => {
          if (current !== wanted) return;
          stepDown?.();
          stepDown = current = undefined;
        }, LINGER_MS);
      wanted.addEventListener('abort', ends, { once: true });
    }
    return new TabLink(name, locks, events);
  };
}

/** @returns a function that ends the candidacy and the leadership */
function campaign(name: string, locks: Locks, options: TidingsOptions): () => void {
  let leader: Leader | undefined;
  const release = hold(locks, `tidings ${name} leader`, () => (leader = new Leader(name, locks, options)));
  return () => {
    leader?.close();
    release();
  };
}
