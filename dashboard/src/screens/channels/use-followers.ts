import { useEffect, useState } from 'react';
import { live } from '../../live/live.js';

export interface Followers {
  readonly count: number;
  readonly userIds: readonly string[];
}

/** Channels whose subscribers see each other. */
export const hasPresence = (channel: string): boolean => /^(?:topic|workspace):/.test(channel);

/**
 * The users who are subscribed to a channel now, this one included; undefined until they are known. The channel is
 * followed by the caller.
 */
export function useFollowers(channel: string): Followers | undefined {
  const [followers, setFollowers] = useState<Followers>();
  useEffect(() => {
    setFollowers(undefined);
    if (!hasPresence(channel)) return;
    const take = (frame: { channel: string; count: number; users: readonly { userId: string }[] }): void => {
      if (frame.channel !== channel) return;
      setFollowers({ count: frame.count, userIds: frame.users.map(({ userId }) => userId) });
    };
    const apply = (frame: { channel: string; userId: string }, isPresent: boolean): void => {
      if (frame.channel !== channel) return;
      setFollowers((known) => {
        if (known === undefined) return undefined;
        const others = known.userIds.filter((userId) => userId !== frame.userId);
        const userIds = isPresent ? [...others, frame.userId] : others;
        return { count: known.count + userIds.length - known.userIds.length, userIds };
      });
    };
    const ends = [
      live.on('presence', take),
      live.on('presence:joined', (frame) => apply(frame, true)),
      live.on('presence:left', (frame) => apply(frame, false)),
    ];
    const subscription = live.subscribe(channel, {
      onEvent: () => undefined,
      // A lost connection or right is answered again by the next `onLive`.
      onLive: () => void live.send('presence:get', { channel }).then(take, () => undefined),
      onRefused: () => setFollowers(undefined),
    });
    return () => {
      subscription.end();
      for (const end of ends) end();
    };
  }, [channel]);
  return followers;
}
