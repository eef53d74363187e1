import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';
import { forgedHashes } from '../forged-hashes.fixtures.js';

const HEADER = 'x-twitter-webhooks-signature';
const headers = { 'content-type': 'application/json', 'user-agent': 'axios/1.7' };
const SECRET = 'Kp7vT2mX8nB4wZ9cR1yL6dFq3sE5gH0jA8uQ2iV7oN4tC9xM1b';
const CRC = 'MGZlOTA1YTAtNGE3MC00ZjQ2LWI4NmYtNjA2ZWE5ZDc3ZTEw';

const user = { id: 2244994945, id_str: '2244994945', name: 'Ada', screen_name: 'ada' };

const LISTS = `tweet_create_events tweet_delete_events favorite_events follow_events block_events mute_events
direct_message_events direct_message_indicate_typing_events direct_message_mark_read_events events_to_come_events`.split(
  /\s+/,
);
const ACTIVITIES = `post.create post.delete post.mention.create follow.follow follow.unfollow profile.update.bio
profile.update.profile_picture profile.update.banner_picture profile.update.screenname profile.update.handle
profile.update.geo profile.update.url like.create dm.received dm.sent dm.read chat.received spaces.start spaces.end
news.new oauth.revoke`.split(/\s+/);

const hmac = (secret: string, content: string | Buffer) =>
  createHmac('sha256', secret).update(content).digest('base64');

export const fixtures: ProviderFixtures = {
  secrets: [SECRET, 'b1Mx9Ct4No7Vi2Qu8Aj0Hg5Es3qFd6Ly1Rc9Zw4Bn8Xm2Tv7pK'],
  examples: [
    {
      name: 'a post of the Account Activity API',
      headers,
      body: JSON.stringify({
        for_user_id: '2244994945',
        tweet_create_events: [
          {
            id_str: '1460323737035677698',
            text: 'Hello, Welt (Größe)',
            created_at: 'Fri Nov 20 12:00:00 +0000 2026',
            user,
          },
        ],
      }),
      expected: { eventType: 'tweet_create_events', title: 'ada posted: Hello, Welt (Größe)' },
    },
    {
      name: 'an unfollowed account',
      headers,
      body: JSON.stringify({
        for_user_id: '2244994945',
        follow_events: [{ type: 'unfollow', created_timestamp: '1763640000000', target: { id: '1' }, source: user }],
      }),
      expected: { eventType: 'unfollow_events', title: 'ada unfollowed an account' },
    },
    {
      name: 'an event of the Activity API',
      headers,
      body: JSON.stringify({
        data: {
          event_uuid: '2080761390344937796',
          filter: { user_id: '2244994945' },
          event_type: 'profile.update.bio',
          tag: 'bios',
          payload: { before: 'Hello', after: 'Hello, world' },
        },
      }),
      expected: {
        eventType: 'profile.update.bio',
        title: 'X reported profile update bio',
        deliveryId: '2080761390344937796',
      },
    },
  ],
  eventTypes: [
    ...LISTS.map((list) => ({ [list]: [{}] })),
    ...['unfollow', 'unblock', 'unmute'].map((type) => ({ follow_events: [{ type }] })),
    ...ACTIVITIES.map((event_type) => ({ data: { event_type } })),
    { user_event: { revoke: {} } },
  ].map((body) => ({ headers, body: JSON.stringify(body) })),
  handshakes: [
    {
      name: 'the challenge-response check',
      method: 'GET',
      query: `crc_token=${CRC}&nonce=NzI5ODE`,
      isSigned: false,
      expected: {
        contentType: 'application/json',
        body: JSON.stringify({ response_token: `sha256=${hmac(SECRET, CRC)}` }),
      },
    },
  ],
  sign: (body, _headers, { secret }) => ({ [HEADER]: `sha256=${hmac(secret, body)}` }),
  forge(genuine, _sign, { secret }) {
    const good = genuine.headers[HEADER] ?? '';
    const of = (value: string, body = genuine.body) => ({
      headers: { ...headers, [HEADER]: value },
      body,
      url: genuine.url,
    });
    return {
      ...forgedHashes(genuine, { header: HEADER, secret, prefix: 'sha256=', encoding: 'base64' }),
      'without the prefix': of(good.replace('sha256=', '')),
      'another prefix': of(good.replace('sha256', 'sha1')),
      'a challenge and its answer': of(`sha256=${hmac(secret, CRC)}`, Buffer.from(CRC)),
      'a number that the answer to a challenge signed': of(`sha256=${hmac(secret, '7')}`, Buffer.from('7')),
      'a signed list': of(`sha256=${hmac(secret, '[{}]')}`, Buffer.from('[{}]')),
      'the header of another sender': { ...genuine, headers: { 'x-hub-signature-256': good } },
    };
  },
};
