import { useMemo, useSyncExternalStore } from 'react';
import type { ServerFrames, Status, TidingsClient } from '../tidings.js';
import { useTidings } from './provider.js';
import { isRefused, type KeepOption } from './refused.js';
import { useLatest } from './use-latest.js';
import { Watched } from './watched.js';

const RETRY_MS = 2_000;

export interface Presence {
  /** The number of users present, each counted once over all tabs. */
  readonly count: number;
  /** The users present; in a large channel only the first hundred. */
  readonly userIds: readonly string[];
  /** Whether this may be outdated: without a connection, or without access if `keep` is set. */
  readonly stale: boolean;
}

/**
 * The users who are subscribed to a channel; undefined until they are known, and when access has ended, unless `keep`
 * is set. The hook subscribes to the channel, so this user is present too.
 */
export function usePresence(channel: string, options: KeepOption = {}): Presence | undefined {
  const client = useTidings();
  const latest = useLatest(options);
  const presence = useMemo(() => new PresenceState(client, channel, latest), [client, channel, latest]);
  return useSyncExternalStore(presence.subscribe, presence.now, presence.now);
}

type PresenceFrame = ServerFrames['presence'];
type PresenceDiff = ServerFrames['presence:joined'];

class PresenceState extends Watched<Presence | undefined> {
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
      client.on('presence:joined', (payload) => this.apply(payload, true)),
      client.on('presence:left', (payload) => this.apply(payload, false)),
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
        // The next connection asks again.
        if (!error.temporary) throw error;
        if (this.client.status.state === 'open') this.#again = setTimeout(() => void this.ask(), RETRY_MS);
      });
    if (answer !== undefined) this.take(answer.payload as PresenceFrame);
  }

  private age(isKept: boolean): void {
    if (this.value !== undefined) this.set(isKept ? { ...this.value, stale: true } : undefined);
  }

  private take({ channel, count, users }: PresenceFrame): void {
    if (channel === this.channel) this.set({ count, userIds: users.map(({ userId }) => userId), stale: false });
  }

  private apply({ channel, userId }: PresenceDiff, isPresent: boolean): void {
    if (channel !== this.channel || this.value === undefined) return;
    const others = this.value.userIds.filter((other) => other !== userId);
    const userIds = isPresent ? [...others, userId] : others;
    const count = this.value.count + userIds.length - this.value.userIds.length;
    this.set({ ...this.value, userIds, count });
  }
}
