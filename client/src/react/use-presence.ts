import { useMemo, useSyncExternalStore } from 'react';
import type { ServerFrames, TidingsClient } from '../tidings.js';
import { useTidings } from './provider.js';
import { Watched } from './watched.js';

export interface Presence {
  /** How many users are there, each once over all tabs. */
  readonly count: number;
  /** Who is there; of a crowd only the first hundred. */
  readonly userIds: readonly string[];
}

/** Who follows a channel at the moment; undefined until it is known. Following it is part of being there. */
export function usePresence(channel: string): Presence | undefined {
  const client = useTidings();
  const who = useMemo(() => new WhoIsThere(client, channel), [client, channel]);
  return useSyncExternalStore(who.subscribe, who.now, who.now);
}

type PresenceFrame = ServerFrames['presence'];
type Passage = ServerFrames['presence:joined'];

class WhoIsThere extends Watched<Presence | undefined> {
  constructor(
    private readonly client: TidingsClient,
    private readonly channel: string,
  ) {
    super(undefined);
  }

  protected override start(): () => void {
    const { client, channel } = this;
    const ends = [
      client.on('presence', (payload) => this.take(payload)),
      client.on('presence:joined', (payload) => this.pass(payload, true)),
      client.on('presence:left', (payload) => this.pass(payload, false)),
    ];
    const subscription = client.subscribe(channel, {
      onEvent: () => undefined,
      onLive: () => void this.ask(),
      onRefused: () => this.set(undefined),
    });
    return () => {
      subscription.end();
      for (const end of ends) end();
    };
  }

  private async ask(): Promise<void> {
    // What is not answered is asked again with the next connection.
    const answer = await this.client.ask('presence:get', { channel: this.channel }).catch(() => undefined);
    if (answer !== undefined) this.take(answer.payload as PresenceFrame);
  }

  private take({ channel, count, users }: PresenceFrame): void {
    if (channel === this.channel) this.set({ count, userIds: users.map(({ userId }) => userId) });
  }

  private pass({ channel, userId }: Passage, isThere: boolean): void {
    if (channel !== this.channel || this.value === undefined) return;
    const others = this.value.userIds.filter((other) => other !== userId);
    const userIds = isThere ? [...others, userId] : others;
    this.set({ userIds, count: this.value.count + userIds.length - this.value.userIds.length });
  }
}
