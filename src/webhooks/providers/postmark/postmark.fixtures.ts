import type { ProviderFixtures } from '../fixtures.js';

const headersOf = (trace: string) => ({
  'content-type': 'application/json',
  'user-agent': 'Postmark',
  'x-pm-retries-remaining': '9',
  'x-pm-webhook-event-id': 'd2d46fb1-dba5-403c-9373-427583f19e8c',
  'x-pm-webhook-trace-id': trace,
});
const headers = headersOf('8a9b0c1d-2e3f-4051-8263-7485960a1b2c');

const bodyOf = (RecordType: string, fields: object): string =>
  JSON.stringify({
    RecordType,
    ServerID: 23,
    MessageStream: 'outbound',
    MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
    Tag: 'welcome-email',
    Metadata: { user: '4217' },
    ...fields,
  });

const TYPES = ['Delivery', 'Bounce', 'SpamComplaint', 'Open', 'Click', 'SubscriptionChange', 'SMTPApiError', 'Inbound'];
const BOUNCES = `HardBounce Transient Unsubscribe Subscribe AutoResponder AddressChange DnsError SpamNotification
OpenRelayTest Unknown SoftBounce VirusNotification ChallengeVerification BadEmailAddress SpamComplaint
ManuallyDeactivated Unconfirmed Blocked SMTPApiError InboundError DMARCPolicy TemplateRenderingFailed`.split(/\s+/);
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

export const fixtures: ProviderFixtures = {
  secrets: ['tidings:s3cr3t-of-octo-0001', 'tidings:s3cr3t-of-octo-0002'],
  coversBody: false,
  examples: [
    {
      name: 'a delivered e-mail',
      headers,
      body: bodyOf('Delivery', {
        Recipient: 'ada@example.com',
        DeliveredAt: '2026-11-20T12:00:00Z',
        Details: 'smtp;250 2.0.0 OK',
      }),
      expected: {
        eventType: 'Delivery',
        title: 'E-mail to ada@example.com was delivered: smtp;250 2.0.0 OK',
        deliveryId: '8a9b0c1d-2e3f-4051-8263-7485960a1b2c',
      },
    },
    {
      name: 'a bounce',
      headers: headersOf('9b0c1d2e-3f40-4152-8374-85960a1b2c3d'),
      body: bodyOf('Bounce', {
        ID: 42,
        Type: 'HardBounce',
        TypeCode: 1,
        Name: 'Hard bounce',
        Description: 'The server was unable to deliver your message (Größe: unknown user).',
        Details: 'smtp;550 5.1.1 unknown user',
        Email: 'ada@example.com',
        From: 'hello@octo.example',
        BouncedAt: '2026-11-20T12:00:00Z',
        DumpAvailable: true,
        Inactive: true,
        CanActivate: true,
        Subject: 'Welcome',
      }),
      expected: {
        eventType: 'Bounce.HardBounce',
        title:
          'E-mail to ada@example.com bounced: The server was unable to deliver your message (Größe: unknown user).',
      },
    },
  ],
  eventTypes: [
    ...[...TYPES, 'AnEventToCome'].map((RecordType) => ({ RecordType })),
    ...BOUNCES.map((Type) => ({ RecordType: 'Bounce', Type })),
    { RecordType: 'SubscriptionChange', SuppressSending: false },
    { FromName: 'Ada', MessageStream: 'inbound' },
  ].map((fields) => ({ headers, body: JSON.stringify(fields) })),
  forge(genuine, _sign, { secret }) {
    const of = (authorization: string) => ({ ...genuine, headers: { ...headers, authorization } });
    return {
      'the name alone': of(basic('tidings')),
      'the name without a password': of(basic('tidings:')),
      'the password alone': of(basic(secret.replace('tidings', ''))),
      'another name': of(basic(secret.replace('tidings', 'admin'))),
      'the credentials as a bearer token': of(basic(secret).replace('Basic', 'Bearer')),
      'the credentials in plain text': of(`Basic ${secret}`),
      'the credentials in the URL only': {
        ...genuine,
        headers,
        url: genuine.url.replace('https://', `https://${secret}@`),
      },
    };
  },
  sign: (_body, _headers, { secret }) => ({ authorization: basic(secret) }),
};
