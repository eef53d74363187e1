import { useMemo, useSyncExternalStore } from 'react';
import type { Position, TidingsClient, TidingsError, TidingsEvent } from '../tidings.js';
import { useTidings } from './provider.js';
import { useLatest } from './use-latest.js';
import { Watched } from './watched.js';

export interface ChannelOptions<Data> {
  /** Reads the list and its position. Also when events were lost: then the list is read anew. */
  load(): Promise<{ readonly data: Data; readonly position?: Position | undefined }>;
  /** The data after an event. */
  reduce(data: Data, event: TidingsEvent): Data;
}

/** `stale`: there are data, but they are not followed at the moment, or are being read anew. */
export interface ChannelState<Data> {
  readonly state: 'loading' | 'live' | 'stale' | 'refused';
  readonly data?: Data;
  readonly error?: TidingsError;
}

/** A list that is read once and then kept up to date by the events of its channel. */
export function useChannel<Data>(channel: string, options: ChannelOptions<Data>): ChannelState<Data> {
  const client = useTidings();
  const latest = useLatest(options);
  const list = useMemo(() => new LiveList(client, channel, latest), [client, channel, latest]);
  return useSyncExternalStore(list.subscribe, list.now, list.now);
}

class LiveList<Data> extends Watched<ChannelState<Data>> {
  #position: Position | undefined;

  constructor(
    private readonly client: TidingsClient,
    private readonly channel: string,
    private readonly options: { readonly current: ChannelOptions<Data> },
  ) {
    super({ state: 'loading' });
  }

  protected override start(): () => void {
    let isOver = false;
    const subscription = this.client.subscribe(this.channel, {
      position: this.#position,
      onReload: () => this.load(() => isOver),
      onEvent: (event) => this.take(event),
      onLive: () => this.set({ ...this.value, state: 'live' }),
      onRefused: (error) => this.set({ ...this.value, state: 'refused', error }),
    });
    const unwatch = this.client.onStatus(({ state }) => {
      if (state !== 'open' && this.value.state === 'live') this.set({ ...this.value, state: 'stale' });
    });
    return () => {
      isOver = true;
      this.#position = subscription.position;
      unwatch();
      subscription.end();
    };
  }

  private async load(isOver: () => boolean): Promise<Position | undefined> {
    if (this.value.data !== undefined) this.set({ ...this.value, state: 'stale' });
    const { data, position } = await this.options.current.load();
    // Whoever came after this one loads by himself, and may have done so before.
    if (!isOver()) this.set({ state: 'stale', data });
    return position;
  }

  private take(event: TidingsEvent): void {
    const { data } = this.value;
    if (data !== undefined) this.set({ state: 'live', data: this.options.current.reduce(data, event) });
  }
}
