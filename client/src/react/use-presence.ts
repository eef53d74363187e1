import { useMemo, useSyncExternalStore } from 'react';
import type { ServerFrames, Status, TidingsClient } from '../tidings.js';
import { useTidings } from './provider.js';
import { isRefused, type KeepOption } from './refused.js';
import { useLatest } from './use-latest.js';
import { Watched } from './watched.js';

const ASK_AGAIN_MS = 2_000;

export interface Presence {
  /** How many users are there, each once over all tabs. */
  readonly count: number;
  /** Who is there; of a crowd only the first hundred. */
  readonly userIds: readonly string[];
  /** Whether this may be old: there is no connection, or access has ended and `keep` is set. */
  readonly stale: boolean;
}

/**
 * Who follows a channel at the moment; undefined until it is known, and when access has ended, unless `keep` is set.
 * Following the channel is part of being there.
 */
export function usePresence(channel: string, options: KeepOption = {}): Presence | undefined {
  const client = useTidings();
  const latest = useLatest(options);
  const who = useMemo(() => new WhoIsThere(client, channel, latest), [client, channel, latest]);
  return useSyncExternalStore(who.subscribe, who.now, who.now);
}

type PresenceFrame = ServerFrames['presence'];
type Passage = ServerFrames['presence:joined'];

class WhoIsThere extends Watched<Presence | undefined> {
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: TidingsClient,
    private readonly channel: string,
    private readonly options: { readonly current: KeepOption },
  ) {
    super(undefined);
  }

  protected override start(): () => void {
    const { client, channel } = this;
    const watch = (status: Status) => {
      if (isRefused(status)) this.age(this.options.current.keep === true);
      else if (status.state !== 'open') this.age(true);
    };
    const ends = [
      client.on('presence', (payload) => this.take(payload)),
      client.on('presence:joined', (payload) => this.pass(payload, true)),
      client.on('presence:left', (payload) => this.pass(payload, false)),
      client.onStatus(watch),
    ];
    const subscription = client.subscribe(channel, {
      onEvent: () => undefined,
      onLive: () => this.ask(),
      onRefused: () => this.age(this.options.current.keep === true),
    });
    watch(client.status);
    return () => {
      clearTimeout(this.#again);
      subscription.end();
      for (const end of ends) end();
    };
  }

  private async ask(): Promise<void> {
    clearTimeout(this.#again);
    const answer = await this.client
      .ask('presence:get', { channel: this.channel })
      .catch((error: { temporary: boolean }) => {
        // Without a connection the next one asks again.
        if (!error.temporary) throw error;
        if (this.client.status.state === 'open') this.#again = setTimeout(() => void this.ask(), ASK_AGAIN_MS);
      });
    if (answer !== undefined) this.take(answer.payload as PresenceFrame);
  }

  private age(isKept: boolean): void {
    if (this.value !== undefined) this.set(isKept ? { ...this.value, stale: true } : undefined);
  }

  private take({ channel, count, users }: PresenceFrame): void {
    if (channel === this.channel) this.set({ count, userIds: users.map(({ userId }) => userId), stale: false });
  }

  private pass({ channel, userId }: Passage, isThere: boolean): void {
    if (channel !== this.channel || this.value === undefined) return;
    const others = this.value.userIds.filter((other) => other !== userId);
    const userIds = isThere ? [...others, userId] : others;
    const count = this.value.count + userIds.length - this.value.userIds.length;
    this.set({ ...this.value, userIds, count });
  }
}
