import type { Listener } from '../channels.js';
import type { ClientFrames, ServerFrames } from '../contract.js';
import { TidingsError } from '../errors.js';
import type { ClientFrame, Ending, ServerFrame } from '../link.js';
import type { Place } from '../position.js';
import type { TidingsClient } from '../tidings.js';
import type { Member } from '../workspaces.js';
import { TabChannel } from './tab-channel.js';
import type { LinkMessage } from './messages.js';

/** The leader's side of one tab's link; it acts as the tab's server. */
export class FollowerTab {
  readonly #client: TidingsClient;
  readonly #leader: string;
  readonly #channel: TabChannel<LinkMessage>;
  readonly #listeners = new Map<string, Listener>();
  readonly #members = new Map<string, Member>();
  #isOpen = false;

  constructor(client: TidingsClient, leader: string, channelName: string) {
    this.#client = client;
    this.#leader = leader;
    this.#channel = new TabChannel(channelName, (message: LinkMessage) => {
      if (message.type === 'up') this.#received(message.frame);
      if (message.type === 'check') client.check();
    });
  }

  open(greeting: ServerFrames['connected']): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#post({ type: 'opened', leader: this.#leader, greeting });
  }

  push(frame: ServerFrame): void {
    if (this.#isOpen) this.#post({ type: 'down', frame });
  }

  ended(ending: Ending): void {
    this.#post({ type: 'ended', ending });
  }

  close(): void {
    this.#channel.close();
    for (const [workspaceId, member] of this.#members) this.#client.workspaces.leave(workspaceId, member);
    for (const [channel, listener] of this.#listeners) this.#client.channels.remove(channel, listener);
  }

  #received({ type, payload, id }: ClientFrame): void {
    if (type === 'subscribe') this.#subscribe(payload as ClientFrames['subscribe'], id);
    else if (type === 'unsubscribe') this.#unsubscribe(payload as ClientFrames['unsubscribe'], id);
    else if (type === 'workspace:join') this.#join(payload as ClientFrames['workspace:join'], id);
    else {
      this.#client.ask(type, payload).then(
        (answer) => this.#answer(answer.type, answer.payload, id),
        (error: TidingsError) => this.#fail(error, id),
      );
    }
  }

  #subscribe({ channel, position }: ClientFrames['subscribe'], id?: number): void {
    const known = this.#listeners.get(channel);
    if (known?.place !== undefined) return this.#answer('subscribed', { channel, ...known.place, recovered: true }, id);
    if (known !== undefined) this.#drop(channel, known);
    this.#listen(channel, position ?? undefined, id);
    return undefined;
  }

  #unsubscribe({ channel }: ClientFrames['unsubscribe'], id?: number): void {
    const listener = this.#listeners.get(channel);
    if (listener !== undefined) this.#drop(channel, listener);
    this.#answer('unsubscribed', { channel }, id);
  }

  #join({ workspaceId, positions }: ClientFrames['workspace:join'], id?: number): void {
    const before = this.#members.get(workspaceId);
    let pendingId: number | undefined = id;
    const member: Member = {
      positions: positions ?? {},
      listenerFor: (channel) => this.#listeners.get(channel) ?? this.#listener(channel, positions?.[channel]),
      joined: (channels) => {
        this.#answer('workspace:joined', { workspaceId, channels }, pendingId);
        pendingId = undefined;
      },
      refused: (error) => this.#fail(error, id),
    };
    this.#members.set(workspaceId, member);
    this.#client.workspaces.join(workspaceId, member);
    if (before !== undefined) this.#client.workspaces.forget(workspaceId, before);
  }

  #listen(channel: string, place?: Place, id?: number): void {
    this.#client.channels.add(channel, this.#listener(channel, place, id));
  }

  /** @param id the request that the listener's first notification answers */
  #listener(channel: string, place?: Place, id?: number): Listener {
    let pendingId = id;
    const answer = (type: string, payload: unknown) => {
      this.#answer(type, payload, pendingId);
      pendingId = undefined;
    };
    const listener: Listener = {
      place: place && { epoch: place.epoch, offset: place.offset },
      started: (position, recovered) => answer('subscribed', { ...position, recovered }),
      event: (frame) => this.push(frame),
      moved: (position) => this.#answer('position', position),
      refused: ({ code, message, temporary }) => {
        if (pendingId === undefined) answer('subscription:revoked', { channel, reason: 'permission' });
        else answer('error', { code, message, temporary });
        // As on a server, the tab subscribes again when its rights have changed.
        this.#drop(channel, listener);
      },
    };
    this.#listeners.set(channel, listener);
    return listener;
  }

  #drop(channel: string, listener: Listener): void {
    if (this.#listeners.get(channel) === listener) this.#listeners.delete(channel);
    this.#client.channels.remove(channel, listener);
  }

  #fail({ code, message, temporary }: TidingsError, id?: number): void {
    this.#answer('error', { code, message, temporary }, id);
  }

  #answer(type: string, payload: unknown, id?: number): void {
    this.push({ type, payload, ts: Date.now(), ...(id === undefined ? {} : { id }) });
  }

  #post(message: LinkMessage): void {
    this.#channel.post(message);
  }
}
