import { channelForbidden, type TidingsError } from './errors.js';
import type { ServerFrame } from './link.js';
import type { TracedEvent } from './logged-event.js';
import { isSame, lowest, type Place, type Position } from './position.js';
import type { Requests } from './requests.js';

const RETRY_MS = 2_000;

/** A listener to a channel, with a position of its own. */
export interface Listener {
  /** Everything up to it has been seen; undefined to start with the next event. `Channels` advances it. */
  place: Place | undefined;
  /** Events start after `position`. Not `recovered`: earlier events are lost, or were never requested. */
  started(position: Position, recovered: boolean): void;
  event(frame: ServerFrame): void;
  /** The user may not read the channel at the moment. */
  refused(error: TidingsError): void;
  /** The position advanced without an event. */
  moved?(position: Position): void;
}

/** A channel on this link. */
interface ChannelEntry {
  readonly channel: string;
  /** The listeners, and whether each gets events already. */
  readonly listeners: Map<Listener, boolean>;
  /** `joining`: requested with the other channels of its workspace; `refused`: until rights change. */
  state: 'off' | 'requested' | 'joining' | 'on' | 'refused';
  /** The position up to which the server has sent events. */
  place?: Place;
  /** Whether the listeners know that it is refused. */
  isForbidden?: boolean;
  /** The position of the pending request. */
  requestedPlace?: Place | undefined;
}

/**
 * The subscribed channels, each with any number of listeners. An event reaches a listener if and only if its offset
 * follows the last one seen, so there is no duplicate and no disorder; at a gap the channel is subscribed again from
 * the lowest position of its listeners.
 */
export class Channels {
  /** Called for each channel that the server has subscribed, before its listeners. */
  onSubscribed: (channel: string) => void = () => undefined;
  /** Runs the handling of an event whose trace is recorded. */
  trace: (event: TracedEvent, handle: () => unknown) => unknown = (_, handle) => handle();
  readonly #requests: Requests;
  readonly #entries = new Map<string, ChannelEntry>();
  #isOpen = false;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /**
   * Also resumes a listener that was held.
   * @param isJoining the server's answer for the channel is under way
   */
  add(channel: string, listener: Listener, isJoining = false): void {
    const entry = this.#entries.get(channel) ?? { channel, listeners: new Map(), state: 'off' };
    this.#entries.set(channel, entry);
    entry.listeners.set(listener, false);
    if (isJoining && entry.state === 'off') this.expect(channel);
    if (!this.#isOpen) return;
    if (entry.state === 'off') this.#subscribe(entry);
    else if (entry.state === 'on') this.#start(entry);
    else if (entry.state === 'refused') listener.refused(channelForbidden());
  }

  /** Pauses a listener until it is added again. It loses nothing, since the log keeps the events. */
  hold(channel: string, listener: Listener): void {
    this.#entries.get(channel)?.listeners.delete(listener);
  }

  remove(channel: string, listener: Listener): void {
    const entry = this.#entries.get(channel);
    entry?.listeners.delete(listener);
    if (entry === undefined || entry.listeners.size > 0) return;
    this.#entries.delete(channel);
    if (this.#isOpen && entry.state !== 'refused') this.#unsubscribe(channel);
  }

  /** The channel is requested with others. @returns the position to start from */
  expect(channel: string): Place | undefined {
    const entry = this.#entries.get(channel);
    if (entry === undefined) return undefined;
    if (entry.state !== 'on') this.#wait(entry, 'joining');
    return entry.requestedPlace;
  }

  /** Subscribes every channel that isn't requested yet. */
  opened(): void {
    this.#isOpen = true;
    for (const entry of this.#entries.values()) if (entry.state === 'off') this.#subscribe(entry);
  }

  closed(): void {
    this.#isOpen = false;
    for (const entry of this.#entries.values()) entry.state = 'off';
  }

  /** Retries refused channels, which may be allowed by now. */
  rightsChanged(): void {
    for (const entry of this.#entries.values()) if (entry.state === 'refused') this.#subscribe(entry);
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  received(frame: ServerFrame): void {
    const payload = frame.payload as { channel?: string; offset: number } | undefined;
    if (frame.type === 'subscribed') return this.#subscribed(frame);
    const entry = this.#entries.get(frame.channel ?? payload?.channel ?? '');
    if (entry === undefined) return undefined;
    if (frame.type === 'subscription:revoked') return this.refuse(entry.channel, channelForbidden());
    if (frame.type === 'position' && payload !== undefined) return this.#moved(entry, payload.offset);
    return frame.offset === undefined ? undefined : this.#moved(entry, frame.offset, frame);
  }

  refuse(channel: string, error: TidingsError): void {
    const entry = this.#entries.get(channel);
    if (entry === undefined) return;
    entry.state = 'refused';
    if (entry.isForbidden === true) return;
    entry.isForbidden = true;
    for (const listener of entry.listeners.keys()) listener.refused(error);
  }

  /** A request was not answered: retries it a little later. */
  failed(channel: string): void {
    const entry = this.#entries.get(channel);
    if (entry === undefined || (entry.state !== 'requested' && entry.state !== 'joining')) return;
    entry.state = 'off';
    const again = () => {
      if (this.#isOpen && this.#entries.get(channel) === entry && entry.state === 'off') this.#subscribe(entry);
    };
    setTimeout(again, RETRY_MS * (0.5 + Math.random()));
  }

  #wait(entry: ChannelEntry, state: 'requested' | 'joining'): void {
    entry.state = state;
    entry.requestedPlace = lowest([...entry.listeners.keys()].flatMap(({ place }) => place ?? []));
    for (const listener of entry.listeners.keys()) entry.listeners.set(listener, false);
  }

  #subscribe(entry: ChannelEntry): void {
    this.#wait(entry, 'requested');
    const { channel, requestedPlace: position } = entry;
    this.#requests.ask('subscribe', { channel, position }, false).catch((error: TidingsError) => {
      if (entry.state !== 'requested' || this.#entries.get(channel) !== entry) return;
      if (error.temporary) this.failed(channel);
      else this.refuse(channel, error);
    });
  }

  #unsubscribe(channel: string): void {
    this.#requests.ask('unsubscribe', { channel }, false).catch(() => undefined);
  }

  #rewind(entry: ChannelEntry): void {
    this.#unsubscribe(entry.channel);
    this.#subscribe(entry);
  }

  #subscribed({ id, payload }: ServerFrame): void {
    const { channel, epoch, offset, recovered } = payload as Position & { recovered: boolean };
    this.onSubscribed(channel);
    const entry = this.#entries.get(channel);
    // A subscription by the server itself is not the answer to a pending request.
    if (entry === undefined || (entry.state === 'requested' && id === undefined)) return;
    const lost = entry.state === 'on' || recovered ? undefined : entry.requestedPlace;
    entry.state = 'on';
    entry.isForbidden = false;
    entry.place = { epoch, offset };
    this.#start(entry, lost);
  }

  /** @param lost the position that the server could not resume; positions of other epochs are lost too */
  #start(entry: ChannelEntry, lost?: Place): void {
    const { channel, place: here } = entry;
    if (here === undefined) return;
    let isBehind = false;
    for (const [listener, isLive] of entry.listeners) {
      const isLost = listener.place?.epoch !== here.epoch || isSame(listener.place, lost);
      const own = isLost ? undefined : listener.place;
      if (own !== undefined && own.offset < here.offset) {
        isBehind = true;
      } else if (!isLive || isLost) {
        entry.listeners.set(listener, true);
        listener.place = own ?? { ...here };
        listener.started({ channel, ...listener.place }, own !== undefined);
      }
    }
    if (isBehind && entry.state === 'on') this.#rewind(entry);
  }

  /** @param event undefined if this client caused it and knows it already */
  #moved(entry: ChannelEntry, offset: number, event?: ServerFrame): void {
    const { channel, place } = entry;
    // Late events of an earlier subscription are sent again with the next one.
    if (entry.state !== 'on' || place === undefined || offset <= place.offset) return;
    if (offset > place.offset + 1) return this.#rewind(entry);
    place.offset = offset;
    for (const [listener, isLive] of entry.listeners) {
      if (!isLive || listener.place?.offset !== offset - 1) continue;
      listener.place = { ...place };
      if (event === undefined) listener.moved?.({ channel, ...place });
      else listener.event(event);
    }
  }
}
