import { callbackFailed } from '../errors.js';
import type { Position, Status, TidingsClient, TidingsError, TidingsEvent } from '../tidings.js';
import { isRefused } from './refused.js';
import type { ChannelOptions, ChannelState } from './channel-state.js';
import { Watched } from './watched.js';

const MIN_RELOAD_MS = 1_000;
const MAX_RELOAD_MS = 30_000;

/** Loads a list and subscribes to its channel; reloads it when it may differ from the log. */
export class LiveList<Data> extends Watched<ChannelState<Data>> {
  /** Where to resume when the list is mounted again; undefined if it has to be loaded. */
  #position: Position | undefined;
  #leave: () => void = () => undefined;
  /** Whether there are no data that events could update. */
  #isEmpty = true;
  #reloads = 0;
  #reloadedAt = 0;

  constructor(
    private readonly client: TidingsClient,
    private readonly channel: string,
    private readonly options: { readonly current: ChannelOptions<Data> },
  ) {
    super({ state: 'loading', stale: false });
  }

  protected override start(): () => void {
    this.follow();
    const watch = (status: Status) => this.watchConnection(status);
    const unwatch = this.client.onStatus(watch);
    watch(this.client.status);
    return () => {
      unwatch();
      this.#leave();
    };
  }

  private follow(): void {
    const leaveFormer = this.#leave;
    let isOver = false;
    let loads = 0;
    const isLatest = (load: number) => !isOver && load === loads;
    const subscription = this.client.subscribe(this.channel, {
      position: this.#isEmpty ? undefined : this.#position,
      onReload: () => this.load(++loads, isLatest),
      onEvent: (event) => this.take(event),
      onLive: () => this.goLive(),
      onRefused: (error) => this.refuse(error),
    });
    this.#leave = () => {
      isOver = true;
      this.#position = subscription.position;
      subscription.end();
    };
    leaveFormer();
  }

  private async load(load: number, isLatest: (load: number) => boolean): Promise<Position | undefined> {
    if (!this.#isEmpty) this.set({ ...this.value, state: 'stale', stale: true });
    try {
      const { data, position } = await this.options.current.load();
      // A list that was mounted again, or whose load timed out, may have several loads under way.
      if (isLatest(load)) {
        this.#isEmpty = false;
        this.set({ state: 'stale', stale: true, data });
      }
      return position;
    } catch (cause) {
      const error = callbackFailed(`load of ${this.channel}`, cause);
      if (isLatest(load)) this.set({ ...this.value, error });
      throw error;
    }
  }

  private goLive(): void {
    const { data } = this.value;
    // Access was restored and the channel resumed, but the data were removed.
    if (this.#isEmpty) this.follow();
    else this.set({ state: 'live', stale: false, data: data });
  }

  private take(event: TidingsEvent): void {
    if (this.#isEmpty) return;
    try {
      const data = this.options.current.reduce(this.value.data as Data, event);
      this.set({ state: 'live', stale: false, data });
    } catch (cause) {
      const error = callbackFailed(`reduce of ${this.channel}`, cause);
      this.client.reports.report(error);
      this.startOver(error);
    }
  }

  /** Reloads the data, which lack an event; at growing intervals if every event throws. */
  private startOver(error: TidingsError): void {
    this.#leave();
    this.#position = undefined;
    this.set({ ...this.value, state: 'stale', stale: true, error });
    if (Date.now() - this.#reloadedAt > 2 * MAX_RELOAD_MS) this.#reloads = 0;
    this.#reloadedAt = Date.now();
    const waitMs = this.#reloads === 0 ? 0 : Math.min(MAX_RELOAD_MS, MIN_RELOAD_MS * 2 ** (this.#reloads - 1));
    this.#reloads++;
    const timer = setTimeout(() => {
      this.#position = undefined;
      this.follow();
    }, waitMs);
    this.#leave = () => clearTimeout(timer);
  }

  private refuse(error: TidingsError | undefined): void {
    const { data } = this.value;
    if (this.options.current.keep === true && !this.#isEmpty) {
      return this.set({ state: 'refused', stale: true, error, data: data });
    }
    this.#isEmpty = true;
    return this.set({ state: 'refused', stale: true, error });
  }

  private watchConnection(status: Status): void {
    if (isRefused(status)) this.refuse(status.error);
    else if (status.state !== 'open' && this.value.state === 'live') {
      this.set({ ...this.value, state: 'stale', stale: true });
    }
  }
}
