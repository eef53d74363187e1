import type { Dial } from '../link.js';
import { TidingsClient, type TidingsOptions } from '../tidings.js';
import { Leader } from './leader.js';
import { browserLocks, hold } from './locks.js';
import { TabLink } from './tab-link.js';

/** A link that is made again right away finds the leader as it was. */
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
  let links = 0;
  let stop: (() => void) | undefined;
  // A candidate as long as there is something to carry, so that a tab that was closed doesn't lead.
  const stand = () => {
    let leader: Leader | undefined;
    const release = hold(locks, `tidings ${name} leader`, () => (leader = new Leader(name, locks, options)));
    return () => {
      leader?.close();
      release();
    };
  };
  return (_dialing, events) => {
    stop ??= stand();
    links++;
    const link = new TabLink(name, locks, events);
    return {
      via: 'tab',
      send: (frame) => link.send(frame),
      check: () => link.check(),
      close() {
        link.close();
        links--;
        setTimeout(() => {
          if (links > 0) return;
          stop?.();
          stop = undefined;
        }, LINGER_MS);
      },
    };
  };
}
