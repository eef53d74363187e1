import type { ClientFrame, Link, LinkEvents } from '../link.js';
import { LOST } from '../close-codes.js';
import { TabChannel } from './tab-channel.js';
import { hold, type Locks } from './locks.js';
import { linkName, controlChannelName, type LinkMessage, type ControlMessage } from './messages.js';

/** Sends and receives frames through the leader's tab. */
export class TabLink implements Link {
  readonly via = 'tab';
  readonly #link = crypto.randomUUID();
  readonly #events: LinkEvents;
  readonly #controlChannel: TabChannel<ControlMessage>;
  readonly #channel: TabChannel<LinkMessage>;
  readonly #release: () => void;
  #leader: string | undefined;
  #isOver = false;

  constructor(name: string, locks: Locks, events: LinkEvents) {
    this.#events = events;
    const own = linkName(name, this.#link);
    this.#controlChannel = new TabChannel(controlChannelName(name), (message: ControlMessage) =>
      this.#onControlMessage(message),
    );
    this.#channel = new TabChannel(own, (message: LinkMessage) => this.#received(message));
    // The leader detects the end of the link by this lock, so it has to be held first.
    this.#release = hold(locks, own, () => this.#greet());
  }

  send(frame: ClientFrame): void {
    this.#post({ type: 'up', frame });
  }

  check(): void {
    this.#post({ type: 'check' });
  }

  close(): void {
    this.#isOver = true;
    this.#release();
    this.#controlChannel.close();
    this.#channel.close();
  }

  #greet(): void {
    if (!this.#isOver) this.#controlChannel.post({ type: 'hello', link: this.#link });
  }

  #post(message: LinkMessage): void {
    if (!this.#isOver) this.#channel.post(message);
  }

  #onControlMessage(message: ControlMessage): void {
    if (message.type !== 'leading' || message.leader === this.#leader) return;
    // The former leader is closed with its pending requests; this tab has the positions of its own channels.
    if (this.#leader === undefined) this.#greet();
    else this.#end({ code: LOST, reason: 'another tab leads', afterMs: 0 });
  }

  #received(message: LinkMessage): void {
    if (this.#isOver) return;
    if (message.type === 'opened') {
      this.#leader = message.leader;
      this.#events.opened(message.greeting);
    } else if (message.type === 'down') this.#events.received(message.frame);
    else if (message.type === 'ended') this.#end(message.ending);
  }

  #end(ending: Parameters<LinkEvents['ended']>[0]): void {
    this.close();
    this.#events.ended(ending);
  }
}
