import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'facebookexternalua' };
const metadata = { display_phone_number: '15550783881', phone_number_id: '106540352242922' };

const FIELDS: Record<string, string[]> = {
  whatsapp_business_account: [
    ['messages', 'account_alerts', 'account_review_update', 'account_update', 'business_capability_update'],
    ['business_status_update', 'calls', 'campaign_status_update', 'flows', 'history', 'message_echoes'],
    ['message_template_components_update', 'message_template_quality_update', 'message_template_status_update'],
    ['partner_solutions', 'payment_configuration_update', 'phone_number_name_update', 'phone_number_quality_update'],
    ['security', 'smb_app_state_sync', 'smb_message_echoes', 'template_category_update', 'user_preferences'],
  ].flat(),
  page: ['feed', 'mention', 'leadgen', 'ratings', 'videos', 'live_videos', 'conversations', 'name', 'picture'],
  instagram: ['comments', 'live_comments', 'mentions', 'story_insights', 'messages_seen'],
  user: ['about', 'email', 'feed', 'friends', 'likes', 'photos', 'status'],
  permissions: ['public_profile', 'email', 'connected'],
  threads: ['replies', 'mentions', 'publish', 'delete'],
};
const MESSAGING = [
  ['message', 'message_edit', 'postback', 'reaction', 'delivery', 'read', 'optin', 'referral', 'account_linking'],
  ['pass_thread_control', 'take_thread_control', 'request_thread_control', 'app_roles', 'policy-enforcement'],
].flat();

const request = (object: string, entry: object) => ({
  headers,
  body: JSON.stringify({ object, entry: [{ id: '1', time: 1763683200, ...entry }] }),
});

export const fixtures: ProviderFixtures = {
  secrets: ['3c0b7f1d2e4a5968b7c6d5e4f3a2b1c0', '0c1b2a3f4e5d6c7b8695a4e2d1f7b0c3'],
  options: { verifyToken: 'tidings-2f8c1b7a' },
  examples: [
    {
      name: 'a WhatsApp message',
      headers,
      body: JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [
          {
            id: '102290129340398',
            changes: [
              {
                value: {
                  messaging_product: 'whatsapp',
                  metadata,
                  contacts: [{ profile: { name: 'Ada Lovelace' }, wa_id: '16505551234' }],
                  messages: [
                    {
                      from: '16505551234',
                      id: 'wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=',
                      timestamp: '1763683200',
                      text: { body: 'Are you open on Saturday?' },
                      type: 'text',
                    },
                  ],
                },
                field: 'messages',
              },
            ],
          },
        ],
      }),
      expected: {
        eventType: 'whatsapp_business_account.messages',
        title: 'Ada Lovelace wrote on WhatsApp: Are you open on Saturday?',
      },
    },
    {
      name: 'the status of a WhatsApp message',
      headers,
      body: JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [
          {
            id: '102290129340398',
            changes: [
              {
                value: {
                  messaging_product: 'whatsapp',
                  metadata,
                  statuses: [
                    { id: 'wamid.HBg=', status: 'delivered', timestamp: '1763683202', recipient_id: '16505551234' },
                  ],
                },
                field: 'messages',
              },
            ],
          },
        ],
      }),
      expected: {
        eventType: 'whatsapp_business_account.messages',
        title: 'The WhatsApp message to 16505551234 was delivered',
      },
    },
    {
      name: 'a message to a page, with an umlaut as Meta escapes it',
      headers,
      body: String.raw`{"object":"page","entry":[{"id":"682498302938465","time":1763683200123,"messaging":[{"sender":{"id":"7201"},"recipient":{"id":"682498302938465"},"timestamp":1763683200000,"message":{"mid":"m_1","text":"Sch\u00f6n!"}}]},{"id":"682498302938465","time":1763683200124,"messaging":[]}]}`,
      expected: { eventType: 'page.message', title: 'User 7201 wrote on Messenger: Schön! and 1 more' },
    },
    {
      name: 'a comment on Instagram',
      headers,
      body: JSON.stringify({
        object: 'instagram',
        entry: [
          {
            id: '17841405793187218',
            time: 1763683200,
            changes: [
              {
                field: 'comments',
                value: {
                  id: '17865799348089039',
                  from: { id: '7202', username: 'ada' },
                  text: 'Where was this?',
                  media: { id: '17920112008086003', media_product_type: 'FEED' },
                },
              },
            ],
          },
        ],
      }),
      expected: { eventType: 'instagram.comments', title: 'Ada added comment on Instagram: Where was this?' },
    },
  ],
  eventTypes: [
    ...Object.entries(FIELDS).flatMap(([object, fields]) =>
      fields.map((field) => request(object, { changes: [{ field, value: {} }] })),
    ),
    ...MESSAGING.map((kind) => request('page', { messaging: [{ sender: { id: '1' }, [kind]: {} }] })),
  ],
  handshakes: [
    {
      name: 'the verification of the callback URL',
      method: 'GET',
      query: 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=tidings-2f8c1b7a',
      isSigned: false,
      expected: { contentType: 'text/plain; charset=utf-8', body: '1158201444' },
    },
  ],
  forge: (genuine, _sign, { secret }) => {
    const digest = (algorithm: string) => createHmac(algorithm, secret).update(genuine.body).digest('hex');
    const withSignature = (signature: string) => ({
      ...genuine,
      headers: { ...genuine.headers, 'x-hub-signature-256': signature },
    });
    return {
      'SHA-1 under the name of SHA-256': withSignature(`sha256=${digest('sha1')}`),
      'SHA-512': withSignature(`sha512=${digest('sha512')}`),
      'the old header only': { ...genuine, headers: { ...headers, 'x-hub-signature': `sha1=${digest('sha1')}` } },
      'umlauts in place of their escapes': {
        ...genuine,
        body: Buffer.from(`${genuine.body.toString().replaceAll(String.raw`\u00f6`, 'ö')} `),
      },
    };
  },
  sign: (body, _headers, { secret }) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
};
