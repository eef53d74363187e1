import { describe, expect, it } from '@jest/globals';
import { WhoIsThere } from './who-is-there.js';

const users = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`);
const presence = (userIds: string[], count = userIds.length) => ({ channel: 'workspace:1', count, userIds });

describe('WhoIsThere', () => {
  it('tells who has come and who has gone', () => {
    const before = WhoIsThere.of(presence(['ada', 'bob']));
    expect(WhoIsThere.of(presence(['bob', 'eve']), before).since(before)).toEqual([
      { type: 'presence:left', userId: 'ada' },
      { type: 'presence:joined', userId: 'eve' },
    ]);
  });

  it('announces a hundred, not one more, and again only eighty', () => {
    const quiet = WhoIsThere.of(presence(users(100)));
    const crowd = WhoIsThere.of(presence(users(100), 101), quiet);
    expect([quiet.announced, crowd.announced]).toEqual([true, false]);
    expect(crowd.since(quiet)).toBeUndefined();
    const smaller = WhoIsThere.of(presence(users(81)), crowd);
    expect(smaller.since(crowd)).toEqual([]);
    const quietAgain = WhoIsThere.of(presence(users(80)), smaller);
    expect(quietAgain.announced).toBe(true);
    expect(quietAgain.since(smaller)).toBeUndefined();
  });
});
