import type { ChannelPresence } from './presence.store.js';

/** Everybody who comes or goes is announced to everybody else: the cost of that is the square of this. */
export const MAX_ANNOUNCED = 100;
/** A crowd has to become this small before it is announced again, so that it doesn't change at every other step. */
const QUIET_AGAIN = 80;

/** A user who has come or gone. */
export interface PresenceDiff {
  readonly type: 'presence:joined' | 'presence:left';
  readonly userId: string;
}

/** Who is in a channel, as the clients of this node have been told. */
export class PresenceState {
  private constructor(
    private readonly presence: ChannelPresence,
    /** Whether those who come and go are announced. */
    readonly announced: boolean,
  ) {}

  static of(presence: ChannelPresence, before?: PresenceState): PresenceState {
    return new PresenceState(presence, presence.count <= (before?.announced === false ? QUIET_AGAIN : MAX_ANNOUNCED));
  }

  get payload() {
    const { channel, count, userIds } = this.presence;
    return { channel, count, users: userIds.map((userId) => ({ userId })), announced: this.announced };
  }

  /** @returns undefined when single passages don't tell the difference: the whole has to be told anew */
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
