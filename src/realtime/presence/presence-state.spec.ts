import { describe, expect, it } from '@jest/globals';
import { PresenceState } from './presence-state.js';

const users = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`);
const presence = (userIds: string[], count = userIds.length) => ({ channel: 'workspace:1', count, userIds });

describe('WhoIsThere', () => {
  it('tells who has come and who has gone', () => {
    const before = PresenceState.of(presence(['ada', 'bob']));
    expect(PresenceState.of(presence(['bob', 'eve']), before).since(before)).toEqual([
      { type: 'presence:left', userId: 'ada' },
      { type: 'presence:joined', userId: 'eve' },
    ]);
  });

  it('announces a hundred, not one more, and again only eighty', () => {
    const quiet = PresenceState.of(presence(users(100)));
    const largeChannel = PresenceState.of(presence(users(100), 101), quiet);
    expect([quiet.announced, largeChannel.announced]).toEqual([true, false]);
    expect(largeChannel.since(quiet)).toBeUndefined();
    const smaller = PresenceState.of(presence(users(81)), largeChannel);
    expect(smaller.since(largeChannel)).toEqual([]);
    const quietAgain = PresenceState.of(presence(users(80)), smaller);
    expect(quietAgain.announced).toBe(true);
    expect(quietAgain.since(smaller)).toBeUndefined();
  });
});
