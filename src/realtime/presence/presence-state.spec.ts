import { describe, expect, it } from '@jest/globals';
import { PresenceState } from './presence-state.js';

const users = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`);
const presence = (userIds: string[], count = userIds.length) => ({ channel: 'workspace:1', count, userIds });

describe('PresenceState', () => {
  it('reports the joins and leaves since the previous state', () => {
    const before = PresenceState.of(presence(['ada', 'bob']));
    expect(PresenceState.of(presence(['bob', 'eve']), before).since(before)).toEqual([
      { type: 'presence:left', userId: 'ada' },
      { type: 'presence:joined', userId: 'eve' },
    ]);
  });

  it('announces up to 100 users, and after more than that only from 80 on down', () => {
    const small = PresenceState.of(presence(users(100)));
    const largeChannel = PresenceState.of(presence(users(100), 101), small);
    expect([small.announced, largeChannel.announced]).toEqual([true, false]);
    expect(largeChannel.since(small)).toBeUndefined();
    const smaller = PresenceState.of(presence(users(81)), largeChannel);
    expect(smaller.since(largeChannel)).toEqual([]);
    const announcedAgain = PresenceState.of(presence(users(80)), smaller);
    expect(announcedAgain.announced).toBe(true);
    expect(announcedAgain.since(smaller)).toBeUndefined();
  });
});
