import type { Dial } from '../link.js';
import { TidingsClient, type TidingsOptions } from '../tidings.js';
import { Leader } from './leader.js';
import { browserLocks, hold, type Locks } from './locks.js';
import { TabLink } from './tab-link.js';

/** A client that is closed and connects again right away, as in React's strict mode, goes on leading. */
const LINGER_MS = 500;

/**
 * A client that shares one connection with those of the other tabs of this browser. One tab has it; when that is closed
 * another one takes over, and nothing is lost: every tab keeps its own places. Where the browser can't do that each tab
 * has a connection of its own.
 * @param name the same for all that share: the tabs of one user, who may see in one what he may see in another
 */
export const sharedClient = (name: string, options: TidingsOptions): TidingsClient =>
  new TidingsClient({ ...options, dial: acrossTabs(name, options) });

function acrossTabs(name: string, options: TidingsOptions): Dial | undefined {
  const locks = browserLocks();
  if (locks === undefined) return undefined;
  // A candidate as long as a connection is wanted, so that a tab that wants none doesn't lead.
  let stepDown: (() => void) | undefined;
  let wish: AbortSignal | undefined;
  return ({ wanted }, events) => {
    stepDown ??= stand(name, locks, options);
    if (wish !== wanted) {
      wish = wanted;
      const ends = () =>
        setTimeout(() => {
          if (wish !== wanted) return;
          stepDown?.();
          stepDown = wish = undefined;
        }, LINGER_MS);
      wanted.addEventListener('abort', ends, { once: true });
    }
    return new TabLink(name, locks, events);
  };
}

/** @returns ends the candidacy, and the lead */
function stand(name: string, locks: Locks, options: TidingsOptions): () => void {
  let leader: Leader | undefined;
  const release = hold(locks, `tidings ${name} leader`, () => (leader = new Leader(name, locks, options)));
  return () => {
    leader?.close();
    release();
  };
}
