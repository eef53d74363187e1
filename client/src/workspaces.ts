import type { Channels, Listener } from './channels.js';
import type { ServerFrames } from './contract.js';
import type { TidingsError } from './errors.js';
import type { Place } from './position.js';
import type { Requests } from './requests.js';

const RETRY_MS = 2_000;

/** A subscriber of all channels of a workspace that the user may read. */
export interface Member {
  /** The positions in channels that it was subscribed to before. */
  readonly positions: Readonly<Record<string, Place>>;
  listenerFor(channel: string): Listener;
  joined(channels: readonly string[]): void;
  refused(error: TidingsError): void;
}

/** The joined workspaces: one frame subscribes all channels of a workspace, after each reconnect too. */
export class Workspaces {
  readonly #channels: Channels;
  readonly #requests: Requests;
  /** The members of each workspace, with their listeners by channel. */
  readonly #members = new Map<string, Map<Member, Map<string, Listener>>>();
  #isOpen = false;

  constructor(channels: Channels, requests: Requests) {
    this.#channels = channels;
    this.#requests = requests;
    channels.onSubscribed = (channel) => this.#found(channel);
  }

  join(workspaceId: string, member: Member): void {
    const members = this.#members.get(workspaceId) ?? new Map<Member, Map<string, Listener>>();
    this.#members.set(workspaceId, members.set(member, new Map()));
    if (this.#isOpen) this.#ask(workspaceId);
  }

  leave(workspaceId: string, member: Member): void {
    const members = this.#members.get(workspaceId);
    for (const [channel, listener] of members?.get(member) ?? []) this.#channels.remove(channel, listener);
    members?.delete(member);
    if (members?.size === 0) this.#members.delete(workspaceId);
  }

  /** Removes a former member whose listeners a new one has taken over. */
  forget(workspaceId: string, member: Member): void {
    this.#members.get(workspaceId)?.delete(member);
  }

  opened(): void {
    this.#isOpen = true;
    for (const workspaceId of this.#members.keys()) this.#ask(workspaceId);
  }

  closed(): void {
    this.#isOpen = false;
  }

  /** Joins again, because more channels may be readable now. */
  rightsChanged(): void {
    this.opened();
  }

  #ask(workspaceId: string): void {
    const positions: Record<string, Place> = {};
    for (const member of this.#members.get(workspaceId)?.keys() ?? []) Object.assign(positions, member.positions);
    const known = this.#known(workspaceId);
    for (const channel of known) {
      const place = this.#channels.expect(channel);
      if (place !== undefined) positions[channel] = place;
    }
    this.#requests.ask('workspace:join', { workspaceId, positions }, false).then(
      ({ payload }) => this.#joined(workspaceId, (payload as ServerFrames['workspace:joined']).channels),
      (error: TidingsError) => this.#failed(workspaceId, known, error),
    );
  }

  #known = (workspaceId: string): string[] =>
    this.#channels.names().filter((channel) => workspaceOf(channel) === workspaceId);

  #joined(workspaceId: string, channels: readonly string[]): void {
    for (const member of this.#members.get(workspaceId)?.keys() ?? []) member.joined(channels);
    // Channels missing from the answer are forbidden; a separate request reports that to their listeners.
    for (const channel of this.#known(workspaceId)) if (!channels.includes(channel)) this.#channels.failed(channel);
  }

  #failed(workspaceId: string, channels: readonly string[], error: TidingsError): void {
    if (!this.#isOpen) return;
    for (const channel of channels) this.#channels.failed(channel);
    if (error.temporary) {
      setTimeout(() => this.#isOpen && this.#members.has(workspaceId) && this.#ask(workspaceId), RETRY_MS);
      return;
    }
    for (const member of this.#members.get(workspaceId)?.keys() ?? []) member.refused(error);
  }

  #found(channel: string): void {
    for (const [member, listeners] of this.#members.get(workspaceOf(channel)) ?? []) {
      if (listeners.has(channel)) continue;
      const listener = member.listenerFor(channel);
      listeners.set(channel, listener);
      this.#channels.add(channel, listener, true);
    }
  }
}

const workspaceOf = (channel: string): string => channel.slice(channel.indexOf(':') + 1);
