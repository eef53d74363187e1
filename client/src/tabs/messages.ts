import type { ServerFrames } from '../contract.js';
import type { ClientFrame, Ending, ServerFrame } from '../link.js';

/** What all tabs hear. */
export type LobbyMessage =
  /** A tab has the connection from now on: whoever had another one asks anew. */
  | { readonly type: 'leading'; readonly leader: string }
  /** A link of a tab wants to be carried. */
  | { readonly type: 'hello'; readonly link: string };

/** What goes between the leader and one link of a tab. */
export type LinkMessage =
  | { readonly type: 'opened'; readonly leader: string; readonly greeting: ServerFrames['connected'] }
  | { readonly type: 'down'; readonly frame: ServerFrame }
  | { readonly type: 'up'; readonly frame: ClientFrame }
  | { readonly type: 'check' }
  | { readonly type: 'ended'; readonly ending: Ending };

export const lobbyName = (name: string): string => `tidings ${name}`;
/** Of the messages of one link, and of the lock that it holds as long as it lives. */
export const linkName = (name: string, link: string): string => `tidings ${name} ${link}`;
