import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'DropboxWebhooks/1.0' };

export const fixtures: ProviderFixtures = {
  secrets: ['k3xq7d0v5n1m8zt', '9hb2w6y4c0rlp5s'],
  examples: [
    {
      name: 'changes of two accounts',
      headers,
      body: JSON.stringify({
        list_folder: {
          accounts: ['dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc', 'dbid:AAG2x01S9uZbPKc-OurWxbNQ6ywGRopQxyz'],
        },
        delta: { users: [12345678, 23456789] },
      }),
      expected: { eventType: 'list_folder', title: 'Dropbox reported changes of files of 2 accounts' },
    },
    {
      name: 'changes of a member of a team',
      headers,
      body: JSON.stringify({
        list_folder: { teams: { 'dbtid:AAGx4oiLtHdvRdNxUpvvJBXYgR4BS19c9kw': ['dbmid:AAFDS_2X9r'] } },
      }),
      expected: { eventType: 'list_folder', title: 'Dropbox reported changes of files of 1 member of a team' },
    },
  ],
  eventTypes: [{ headers, body: '{"list_folder":{"accounts":["dbid:1"]}}' }],
  handshakes: [
    {
      name: 'the verification of the URI',
      method: 'GET',
      query: 'challenge=NDBkYTZmMGEtMTIzNC00',
      isSigned: false,
      expected: {
        contentType: 'text/plain; charset=utf-8',
        body: 'NDBkYTZmMGEtMTIzNC00',
        headers: { 'x-content-type-options': 'nosniff' },
      },
    },
  ],
  sign: (body, _headers, { secret }) => ({
    'x-dropbox-signature': createHmac('sha256', secret).update(body).digest('hex'),
  }),
};
