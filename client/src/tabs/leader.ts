import { LOST } from '../close-codes.js';
import { STOPPING } from '../contract.js';
import type { Status } from '../connection.js';
import type { Ending } from '../link.js';
import { TidingsClient, type TidingsOptions } from '../tidings.js';
import { TabChannel } from './tab-channel.js';
import { hold, type Locks } from './locks.js';
import { linkName, controlChannelName, type ControlMessage } from './messages.js';
import { FollowerTab } from './follower-tab.js';

/** Frames of the connection itself, or of channels, whose listeners get them. */
const OWN = new Set(['subscribed', 'subscription:revoked', 'position', 'server:draining']);

/** The one tab with the connection. It relays the frames of all tabs, including its own. */
export class Leader {
  readonly #id = crypto.randomUUID();
  readonly #name: string;
  readonly #locks: Locks;
  readonly #client: TidingsClient;
  readonly #controlChannel: TabChannel<ControlMessage>;
  readonly #followers = new Map<string, { readonly follower: FollowerTab; readonly forget: () => void }>();

  constructor(name: string, locks: Locks, options: TidingsOptions) {
    this.#name = name;
    this.#locks = locks;
    this.#client = new TidingsClient({ ...options, transport: undefined });
    this.#client.onPush((frame) => OWN.has(frame.type) || this.#each((follower) => follower.push(frame)));
    this.#client.onStatus((status) => this.#follow(status));
    this.#controlChannel = new TabChannel(controlChannelName(name), (message: ControlMessage) => {
      if (message.type === 'hello') this.#add(message.link);
    });
    this.#controlChannel.post({ type: 'leading', leader: this.#id });
  }

  close(): void {
    this.#controlChannel.close();
    for (const link of this.#followers.keys()) this.#remove(link);
    this.#client.close();
  }

  #add(link: string): void {
    if (this.#followers.has(link)) return;
    const follower = new FollowerTab(this.#client, this.#id, linkName(this.#name, link));
    // The lock becomes free when the tab, or its link, is closed.
    const forget = hold(this.#locks, linkName(this.#name, link), () => this.#remove(link));
    this.#followers.set(link, { follower, forget });
    const { greeting } = this.#client;
    if (this.#client.status.state === 'open' && greeting !== undefined) follower.open(greeting);
    // A tab that connects after a stop may have a new sign-in.
    else if (this.#client.status.state !== 'waiting') this.#client.connect();
    // Timers of a hidden tab are throttled, so a visible tab triggers the overdue reconnect.
    else if (Date.now() >= (this.#client.status.retryAt ?? 0)) this.#client.check();
  }

  #follow(status: Status): void {
    const { greeting } = this.#client;
    if (status.state === 'open' && greeting !== undefined) this.#each((follower) => follower.open(greeting));
    const ending = endingOf(status);
    if (ending === undefined) return;
    this.#each((follower) => follower.ended(ending));
    for (const link of this.#followers.keys()) this.#remove(link);
  }

  #remove(link: string): void {
    const entry = this.#followers.get(link);
    this.#followers.delete(link);
    entry?.forget();
    entry?.follower.close();
  }

  #each(tell: (follower: FollowerTab) => void): void {
    for (const { follower } of this.#followers.values()) tell(follower);
  }
}

function endingOf({ state, error, retryAt = 0 }: Status): Ending | undefined {
  if (state === 'waiting')
    return { code: LOST, reason: 'the connection was lost', afterMs: Math.max(0, retryAt - Date.now()) };
  if (state !== 'stopped') return undefined;
  const [code = LOST] = Object.keys(STOPPING).filter((key) => STOPPING[Number(key)]?.[0] === error?.code);
  return { code: Number(code), reason: error?.message ?? '' };
}
