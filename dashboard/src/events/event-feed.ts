import { answer, api } from '../api/api.js';
import { live } from '../live/live.js';
import type { LoggedEvent } from './logged-event.js';
import { Absence } from './absence.js';

/** An event in a list. `isMissed`: it was appended while this page had no connection. */
export type FeedEvent = LoggedEvent & { readonly isMissed: boolean };

export interface FeedState {
  /** Newest first. */
  readonly events: readonly FeedEvent[];
  /** Channels whose first page is still loading. */
  readonly loading: number;
  readonly error: unknown;
  /** Channels whose log no longer holds everything after the last event that was shown. */
  readonly torn: readonly string[];
}

export interface FeedOptions {
  readonly workspaceId: string;
  /** How many events are kept in memory. */
  readonly max: number;
  /** Only events of this type. */
  readonly type?: string | undefined;
}

/** A channel to follow. With `past` its newest events are loaded first. */
export interface FollowedChannel {
  readonly channel: string;
  readonly past: boolean;
}

interface Following {
  end(): void;
  /** The offset before which older events may exist; null when there are none. */
  before: number | null;
  isLoaded: boolean;
}

type EventsPage = { readonly items: readonly LoggedEvent[]; readonly nextBefore: string | null };

export const PAGE = 100;
/** Lists are rendered at most this often, so that a burst of events leaves time for clicks. */
const RENDER_EVERY_MS = 100;

export const keyOfEvent = ({ channel, offset }: Pick<LoggedEvent, 'channel' | 'offset'>): string =>
  `${channel}@${offset}`;

/** The newest events of some channels, each once, followed from the position of the loaded page without a gap. */
export class EventFeed {
  #state: FeedState = { events: [], loading: 0, error: null, torn: [] };
  readonly #options: FeedOptions;
  readonly #followings = new Map<string, Following>();
  readonly #watchers = new Set<() => void>();
  readonly #absence = new Absence();
  #arrived: FeedEvent[] = [];
  #isScheduled = false;
  #renderedAt = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get state(): FeedState {
    return this.#state;
  }

  /** @returns a function that ends the watch */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Follows exactly these channels from now on. Events of other channels are removed at once. */
  follow(channels: readonly FollowedChannel[]): void {
    const names = new Set(channels.map(({ channel }) => channel));
    for (const channel of this.#followings.keys()) if (!names.has(channel)) this.#drop(channel);
    for (const { channel, past } of channels) if (!this.#followings.has(channel)) this.#begin(channel, past);
    if (names.size > 0) this.#absence.begin();
    else this.#absence.end();
  }

  /** Loads the page before the oldest event of a channel. @returns whether there may be more */
  async older(channel: string): Promise<boolean> {
    const following = this.#followings.get(channel);
    if (following === undefined || following.before === null) return false;
    const page = await this.#page(channel, following.before);
    if (this.#followings.get(channel) !== following) return false;
    following.before = beforeOf(page);
    const known = new Set(this.#state.events.map(keyOfEvent));
    const older = page.items.toReversed().filter((event) => !known.has(keyOfEvent(event)));
    this.#set({ events: [...this.#state.events, ...older.map((event) => ({ ...event, isMissed: false }))] });
    return following.before !== null;
  }

  hasOlder(channel: string): boolean {
    return (this.#followings.get(channel)?.before ?? null) !== null;
  }

  #begin(channel: string, past: boolean): void {
    let isFirst = true;
    const subscription = live.subscribe(channel, {
      onReload: async () => {
        const isTorn = !isFirst;
        if (!past && isFirst) {
          isFirst = false;
          return undefined;
        }
        const page = await this.#page(channel).catch((error: unknown) => {
          this.#set({ error });
          throw error;
        });
        isFirst = false;
        if (this.#followings.get(channel) !== following) return undefined;
        this.#loaded(channel, following, page, isTorn);
        return page.position;
      },
      onEvent: (event) => this.#take(event as unknown as LoggedEvent),
      onRefused: () => this.#forget(channel),
    });
    const following: Following = { end: () => subscription.end(), before: null, isLoaded: !past };
    this.#followings.set(channel, following);
    this.#set({});
  }

  #page(channel: string, before?: number) {
    const { workspaceId, type } = this.#options;
    const query = {
      channel,
      latest: PAGE,
      ...(before !== undefined && { before }),
      ...(type !== undefined && { type }),
    };
    return answer(api.GET('/v1/workspaces/{ws}/events', { params: { path: { ws: workspaceId }, query } }));
  }

  #loaded(channel: string, following: Following, page: EventsPage, isTorn: boolean): void {
    following.isLoaded = true;
    following.before = beforeOf(page);
    this.#flush();
    const kept = this.#state.events.filter((event) => event.channel !== channel);
    const loaded = page.items
      .toReversed()
      .map((event) => ({ ...event, isMissed: isTorn && this.#absence.includes(event.ts) }));
    // Channels are merged by time; the sort is stable, so that each channel keeps its own order.
    const events = [...loaded, ...kept].toSorted((one, other) => other.ts - one.ts);
    const torn = isTorn ? [...new Set([...this.#state.torn, channel])] : this.#state.torn;
    this.#set({ events: events.slice(0, Math.max(this.#options.max, PAGE)), torn, error: null });
  }

  #take(event: LoggedEvent): void {
    const isMissed = this.#absence.take(event.ts);
    if (this.#options.type !== undefined && event.type !== this.#options.type) return;
    this.#arrived.push({ ...event, isMissed });
    // A hidden page gets no frames, and its list is rendered later.
    if (this.#arrived.length > 2 * this.#options.max) this.#arrived.splice(0, this.#options.max);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(this.#onFrame);
  }

  readonly #onFrame = (now: number): void => {
    if (now - this.#renderedAt < RENDER_EVERY_MS) {
      requestAnimationFrame(this.#onFrame);
      return;
    }
    this.#isScheduled = false;
    this.#renderedAt = now;
    this.#flush();
  };

  #flush(): void {
    if (this.#arrived.length === 0) return;
    const { events } = this.#state;
    const fresh = this.#arrived.toReversed();
    this.#arrived = [];
    // Events dropped at the end can be loaded again as an older page.
    const all = [...fresh, ...events];
    for (const { channel, offset } of all.slice(this.#options.max)) {
      const following = this.#followings.get(channel);
      if (following !== undefined) following.before = Math.max(following.before ?? 0, offset + 1);
    }
    this.#set({ events: all.slice(0, this.#options.max) });
  }

  /** The right to read the channel ended: nothing of it stays visible. */
  #forget(channel: string): void {
    const following = this.#followings.get(channel);
    if (following !== undefined) following.isLoaded = true;
    this.#arrived = this.#arrived.filter((event) => event.channel !== channel);
    this.#set({ events: this.#state.events.filter((event) => event.channel !== channel) });
  }

  #drop(channel: string): void {
    this.#followings.get(channel)?.end();
    this.#followings.delete(channel);
    this.#forget(channel);
  }

  #set(change: Partial<FeedState>): void {
    const loading = [...this.#followings.values()].filter(({ isLoaded }) => !isLoaded).length;
    this.#state = { ...this.#state, ...change, loading };
    for (const watcher of this.#watchers) watcher();
  }
}

const beforeOf = ({ nextBefore }: EventsPage): number | null => (nextBefore === null ? null : Number(nextBefore));
