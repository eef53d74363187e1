import type { ChannelPresence } from './presence.store.js';

/** Every join and leave is announced to all other users, so the cost grows with the square of this. */
export const MAX_ANNOUNCED = 100;
/** A large channel announces again only below this size, so that it doesn't switch back and forth. */
const MAX_ANNOUNCED_AGAIN = 80;

/** A join or leave. */
export interface PresenceDiff {
  readonly type: 'presence:joined' | 'presence:left';
  readonly userId: string;
}

/** The presence of a channel as this node's clients know it. */
export class PresenceState {
  private constructor(
    private readonly presence: ChannelPresence,
    /** Whether joins and leaves are announced. */
    readonly announced: boolean,
  ) {}

  static of(presence: ChannelPresence, before?: PresenceState): PresenceState {
    return new PresenceState(
      presence,
      presence.count <= (before?.announced === false ? MAX_ANNOUNCED_AGAIN : MAX_ANNOUNCED),
    );
  }

  get payload() {
    const { channel, count, userIds } = this.presence;
    return { channel, count, users: userIds.map((userId) => ({ userId })), announced: this.announced };
  }

  /** @returns undefined if the difference needs a whole `presence` frame instead of single joins and leaves */
  since(before: PresenceState): PresenceDiff[] | undefined {
    if (!this.announced && !before.announced) return [];
    if (this.announced !== before.announced) return undefined;
    const [then, now] = [new Set(before.presence.userIds), new Set(this.presence.userIds)];
    const diff = (type: PresenceDiff['type']) => (userId: string) => ({ type, userId });
    return [
      ...[...then].filter((userId) => !now.has(userId)).map(diff('presence:left')),
      ...[...now].filter((userId) => !then.has(userId)).map(diff('presence:joined')),
    ];
  }
}
