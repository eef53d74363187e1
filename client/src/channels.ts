import { channelForbidden, type TidingsError } from './errors.js';
import type { ServerFrame } from './link.js';
import { isSame, lowest, type Place, type Position } from './position.js';
import type { Requests } from './requests.js';

const TRY_AGAIN_MS = 2_000;

/** Somebody who follows a channel, from a place of his own. */
export interface Listener {
  /** Everything up to it has been seen; undefined: to begin with what is next. `Channels` moves it on. */
  place: Place | undefined;
  /** From here on. Not `recovered`: what came before is not to be had any more, or was never asked for. */
  started(position: Position, recovered: boolean): void;
  event(frame: ServerFrame): void;
  /** This user may not read it, for now. */
  refused(error: TidingsError): void;
  /** The place moved on without an event. */
  moved?(position: Position): void;
}

/** A channel on this link. */
interface Feed {
  readonly channel: string;
  /** Whether it gets events already. */
  readonly listeners: Map<Listener, boolean>;
  /** `joining`: asked for together with the other channels of its workspace; `refused`: until rights change. */
  state: 'off' | 'asked' | 'joining' | 'on' | 'refused';
  /** Up to where the server has sent. */
  place?: Place;
  /** The listeners know that it is refused. */
  isForbidden?: boolean;
  /** Where it was asked to begin. */
  wanted?: Place | undefined;
}

/**
 * All channels that are followed, each by any number of listeners. An event reaches a listener if and only if its offset
 * is the one after the last that it saw: so there is no duplicate and no disorder, and where something is missing the
 * subscription starts over at the lowest place of all that listen.
 */
export class Channels {
  /** Told of each channel that the server has subscribed, before its listeners are. */
  onSubscribed: (channel: string) => void = () => undefined;
  readonly #requests: Requests;
  readonly #feeds = new Map<string, Feed>();
  #isOpen = false;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /**
   * Also brings a listener back that was held.
   * @param isJoining the server's answer for it is under way
   */
  add(channel: string, listener: Listener, isJoining = false): void {
    const feed = this.#feeds.get(channel) ?? { channel, listeners: new Map(), state: 'off' };
    this.#feeds.set(channel, feed);
    feed.listeners.set(listener, false);
    if (isJoining && feed.state === 'off') this.expect(channel);
    if (!this.#isOpen) return;
    if (feed.state === 'off') this.#subscribe(feed);
    else if (feed.state === 'on') this.#start(feed);
    else if (feed.state === 'refused') listener.refused(channelForbidden());
  }

  /** Nothing reaches the listener until it is added again; nothing is lost, the log keeps it. */
  hold(channel: string, listener: Listener): void {
    this.#feeds.get(channel)?.listeners.delete(listener);
  }

  remove(channel: string, listener: Listener): void {
    const feed = this.#feeds.get(channel);
    feed?.listeners.delete(listener);
    if (feed === undefined || feed.listeners.size > 0) return;
    this.#feeds.delete(channel);
    if (this.#isOpen && feed.state !== 'refused') this.#unsubscribe(channel);
  }

  /** The channel is asked for together with others. @returns where to begin */
  expect(channel: string): Place | undefined {
    const feed = this.#feeds.get(channel);
    if (feed === undefined) return undefined;
    if (feed.state !== 'on') this.#wait(feed, 'joining');
    return feed.wanted;
  }

  /** Asks for all that nobody has asked for yet. */
  opened(): void {
    this.#isOpen = true;
    for (const feed of this.#feeds.values()) if (feed.state === 'off') this.#subscribe(feed);
  }

  closed(): void {
    this.#isOpen = false;
    for (const feed of this.#feeds.values()) feed.state = 'off';
  }

  /** What was refused may be allowed by now. */
  rightsChanged(): void {
    for (const feed of this.#feeds.values()) if (feed.state === 'refused') this.#subscribe(feed);
  }

  names(): string[] {
    return [...this.#feeds.keys()];
  }

  received(frame: ServerFrame): void {
    const payload = frame.payload as { channel?: string; offset: number } | undefined;
    if (frame.type === 'subscribed') return this.#subscribed(frame);
    const feed = this.#feeds.get(frame.channel ?? payload?.channel ?? '');
    if (feed === undefined) return undefined;
    if (frame.type === 'subscription:revoked') return this.refuse(feed.channel, channelForbidden());
    if (frame.type === 'position' && payload !== undefined) return this.#moved(feed, payload.offset);
    return frame.offset === undefined ? undefined : this.#moved(feed, frame.offset, frame);
  }

  refuse(channel: string, error: TidingsError): void {
    const feed = this.#feeds.get(channel);
    if (feed === undefined) return;
    feed.state = 'refused';
    if (feed.isForbidden === true) return;
    feed.isForbidden = true;
    for (const listener of feed.listeners.keys()) listener.refused(error);
  }

  /** It was asked for and not answered: to be tried again a little later. */
  failed(channel: string): void {
    const feed = this.#feeds.get(channel);
    if (feed === undefined || (feed.state !== 'asked' && feed.state !== 'joining')) return;
    feed.state = 'off';
    const again = () => {
      if (this.#isOpen && this.#feeds.get(channel) === feed && feed.state === 'off') this.#subscribe(feed);
    };
    setTimeout(again, TRY_AGAIN_MS * (0.5 + Math.random()));
  }

  #wait(feed: Feed, state: 'asked' | 'joining'): void {
    feed.state = state;
    feed.wanted = lowest([...feed.listeners.keys()].flatMap(({ place }) => place ?? []));
    for (const listener of feed.listeners.keys()) feed.listeners.set(listener, false);
  }

  #subscribe(feed: Feed): void {
    this.#wait(feed, 'asked');
    const { channel, wanted: position } = feed;
    this.#requests.ask('subscribe', { channel, position }, false).catch((error: TidingsError) => {
      if (feed.state !== 'asked' || this.#feeds.get(channel) !== feed) return;
      if (error.temporary) this.failed(channel);
      else this.refuse(channel, error);
    });
  }

  #unsubscribe(channel: string): void {
    this.#requests.ask('unsubscribe', { channel }, false).catch(() => undefined);
  }

  #rewind(feed: Feed): void {
    this.#unsubscribe(feed.channel);
    this.#subscribe(feed);
  }

  #subscribed({ id, payload }: ServerFrame): void {
    const { channel, epoch, offset, recovered } = payload as Position & { recovered: boolean };
    this.onSubscribed(channel);
    const feed = this.#feeds.get(channel);
    // What the server subscribes of itself says nothing of the place that we asked for: that answer is still to come.
    if (feed === undefined || (feed.state === 'asked' && id === undefined)) return;
    const wanted = feed.state === 'on' || recovered ? undefined : feed.wanted;
    feed.state = 'on';
    feed.isForbidden = false;
    feed.place = { epoch, offset };
    this.#start(feed, wanted);
  }

  /** @param lost the place that the server could not go on from: nobody need ask for it again, nor for one of another epoch */
  #start(feed: Feed, lost?: Place): void {
    const { channel, place: here } = feed;
    if (here === undefined) return;
    let isBehind = false;
    for (const [listener, isLive] of feed.listeners) {
      const isLost = listener.place?.epoch !== here.epoch || isSame(listener.place, lost);
      const own = isLost ? undefined : listener.place;
      if (own !== undefined && own.offset < here.offset) {
        isBehind = true;
      } else if (!isLive || isLost) {
        feed.listeners.set(listener, true);
        listener.place = own ?? { ...here };
        listener.started({ channel, ...listener.place }, own !== undefined);
      }
    }
    if (isBehind && feed.state === 'on') this.#rewind(feed);
  }

  /** @param event undefined: whoever caused it knows it already */
  #moved(feed: Feed, offset: number, event?: ServerFrame): void {
    const { channel, place } = feed;
    // What is still under way from an earlier subscription comes again with the next one.
    if (feed.state !== 'on' || place === undefined || offset <= place.offset) return;
    if (offset > place.offset + 1) return this.#rewind(feed);
    place.offset = offset;
    for (const [listener, isLive] of feed.listeners) {
      if (!isLive || listener.place?.offset !== offset - 1) continue;
      listener.place = { ...place };
      if (event === undefined) listener.moved?.({ channel, ...place });
      else listener.event(event);
    }
  }
}
