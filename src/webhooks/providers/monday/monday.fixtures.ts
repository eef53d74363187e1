import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'monday.com' };
const event = {
  userId: 9603417,
  originalTriggerUuid: null,
  boardId: 1771812698,
  groupId: 'topics',
  pulseId: 1771812728,
  isTopGroup: true,
  app: 'monday',
  triggerTime: '2026-11-20T12:00:00.000Z',
  subscriptionId: 73759690,
};

const TYPES = `create_pulse create_item create_subitem update_name change_name change_subitem_name archive_pulse
item_archived subitem_archived delete_pulse item_deleted subitem_deleted restore_pulse item_restored
move_pulse_into_group item_moved_to_any_group item_moved_to_specific_group move_subitem create_update
create_subitem_update edit_update delete_update create_column change_column_value update_column_value
change_status_column_value change_subitem_column_value change_specific_column_value when_date_arrived
a_type_to_come`.split(/\s+/);

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(
  claims: object,
  secret: string,
  head: object = { alg: 'HS256', typ: 'JWT' },
  algorithm = 'sha256',
): string {
  const text = `${part(head)}.${part(claims)}`;
  return `${text}.${createHmac(algorithm, secret).update(text).digest('base64url')}`;
}

function claimsAt(now: Date, url: string) {
  const iat = Math.floor(now.getTime() / 1000);
  return { accountId: 1825529, userId: 9603417, aud: url, exp: iat + 300, shortLivedToken: 'short-lived', iat };
}

export const fixtures: ProviderFixtures = {
  secrets: ['3f8c1b7a6d5e4c3b2a1908f7e6d5c4b3', '4c5d6e7f8091a2b3c4e5d6a7b1c8f23b'],
  coversBody: false,
  examples: [
    {
      name: 'a status that changed',
      headers,
      body: JSON.stringify({
        event: {
          ...event,
          pulseName: 'Fix the login',
          columnId: 'status',
          columnType: 'color',
          columnTitle: 'Status',
          value: { label: { index: 1, text: 'Done', style: { color: '#00c875' } }, post_id: null },
          previousValue: null,
          changedAt: 1763640000.5,
          type: 'update_column_value',
          triggerUuid: '504b2eb76c80f672a18f892c0f700e41',
        },
      }),
      expected: {
        eventType: 'update_column_value',
        title: 'Column Status of item Fix the login was changed to Done',
        deliveryId: '504b2eb76c80f672a18f892c0f700e41',
      },
    },
    {
      name: 'an item',
      headers,
      body: JSON.stringify({
        event: {
          ...event,
          pulseName: 'Write the release notes',
          groupName: 'This week',
          columnValues: {},
          type: 'create_pulse',
          triggerUuid: '604b2eb76c80f672a18f892c0f700e42',
        },
      }),
      expected: { eventType: 'create_pulse', title: 'Item Write the release notes was created' },
    },
  ],
  eventTypes: TYPES.map((type) => ({
    headers,
    body: JSON.stringify({ event: { type, pulseId: 12, columnTitle: 'Status' } }),
  })),
  handshakes: [
    {
      name: 'the challenge for a new webhook',
      headers,
      body: '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}',
      isSigned: false,
      expected: {
        contentType: 'application/json',
        body: '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}',
      },
    },
  ],
  forge(genuine, _sign, { secret, now, url }) {
    const claims = claimsAt(now, url);
    const withToken = (authorization: string) => ({ ...genuine, headers: { ...genuine.headers, authorization } });
    const good = token(claims, secret);
    const inThePast = { ...claims, iat: claims.iat - 301, exp: claims.iat - 1 };
    return {
      'alg none without a signature': withToken(token(claims, secret, { alg: 'none' }).replace(/[^.]*$/, '')),
      'alg none with one': withToken(token(claims, secret, { alg: 'none' })),
      HS512: withToken(token(claims, secret, { alg: 'HS512' }, 'sha512')),
      'HS512 by name only': withToken(token(claims, secret, { alg: 'HS512' })),
      'something critical': withToken(token(claims, secret, { alg: 'HS256', crit: ['b64'], b64: false })),
      'expired a second ago': withToken(token(inThePast, secret)),
      'expiring now': withToken(token({ ...claims, exp: Math.floor(now.getTime() / 1000) }, secret)),
      'no expiry': withToken(token({ ...claims, exp: undefined }, secret)),
      'an expiry that is a text': withToken(token({ ...claims, exp: String(claims.exp) }, secret)),
      'for another address': withToken(token({ ...claims, aud: `${url}0` }, secret)),
      'for several addresses': withToken(token({ ...claims, aud: [url] }, secret)),
      'for no address': withToken(token({ ...claims, aud: undefined }, secret)),
      'sent to another address': { ...genuine, url: `${genuine.url}0` },
      'as a bearer token': withToken(`Bearer ${good}`),
      'four parts': withToken(`${good}.${good.split('.')[2]}`),
      'two parts': withToken(good.split('.').slice(0, 2).join('.')),
    };
  },
  sign: (_body, _headers, { secret, now, url }) => ({ authorization: token(claimsAt(now, url), secret) }),
};
