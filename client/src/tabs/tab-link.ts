import type { ClientFrame, Link, LinkEvents } from '../link.js';
import { LOST } from '../close-codes.js';
import { Line } from './line.js';
import { hold, type Locks } from './locks.js';
import { linkName, lobbyName, type LinkMessage, type LobbyMessage } from './messages.js';

/** Frames by way of the tab that has the connection. */
export class TabLink implements Link {
  readonly via = 'tab';
  readonly #link = crypto.randomUUID();
  readonly #events: LinkEvents;
  readonly #lobby: Line<LobbyMessage>;
  readonly #line: Line<LinkMessage>;
  readonly #release: () => void;
  #leader: string | undefined;
  #isOver = false;

  constructor(name: string, locks: Locks, events: LinkEvents) {
    this.#events = events;
    const own = linkName(name, this.#link);
    this.#lobby = new Line(lobbyName(name), (message: LobbyMessage) => this.#overheard(message));
    this.#line = new Line(own, (message: LinkMessage) => this.#received(message));
    // Only once it is held can the leader wait for its end.
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
    this.#lobby.close();
    this.#line.close();
  }

  #greet(): void {
    if (!this.#isOver) this.#lobby.say({ type: 'hello', link: this.#link });
  }

  #post(message: LinkMessage): void {
    if (!this.#isOver) this.#line.say(message);
  }

  #overheard(message: LobbyMessage): void {
    if (message.type !== 'leading' || message.leader === this.#leader) return;
    // Whoever led before is gone, and what he had under way with him: the places of all channels are ours.
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
