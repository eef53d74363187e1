import type { ServerFrames } from '../contract.js';
import type { ClientFrame, Ending, ServerFrame } from '../link.js';

/** A message to all tabs. */
export type ControlMessage =
  /** A tab has become the leader: links of another leader have to reconnect. */
  | { readonly type: 'leading'; readonly leader: string }
  /** A tab's link requests to be served. */
  | { readonly type: 'hello'; readonly link: string };

/** A message between the leader and one link of a tab. */
export type LinkMessage =
  | { readonly type: 'opened'; readonly leader: string; readonly greeting: ServerFrames['connected'] }
  | { readonly type: 'down'; readonly frame: ServerFrame }
  | { readonly type: 'up'; readonly frame: ClientFrame }
  | { readonly type: 'check' }
  | { readonly type: 'ended'; readonly ending: Ending };

export const controlChannelName = (name: string): string => `tidings ${name}`;
/** The name of a link's channel, and of the lock that it holds until it is closed. */
export const linkName = (name: string, link: string): string => `tidings ${name} ${link}`;
