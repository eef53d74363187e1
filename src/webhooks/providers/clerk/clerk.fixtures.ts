import type { ProviderFixtures } from '../fixtures.js';
import { forgeSvix, signAsSvix, svixVectors } from '../svix.fixtures.js';

const headers = (id: string): Record<string, string> => ({
  'content-type': 'application/json',
  'user-agent': 'Svix-Webhooks/1.86.0 (sender-9YMgn; +https://www.svix.com/http-sender/)',
  'svix-id': id,
});
const event = {
  object: 'event',
  timestamp: 1763683200000,
  instance_id: 'ins_2g7np7Hrk0SN6kj5EDMLDaKNL0S',
  event_attributes: { http_request: { client_ip: '203.0.113.7', user_agent: 'Mozilla/5.0' } },
};

const TYPES: Record<string, string[]> = {
  email: ['created'],
  sms: ['created'],
  user: ['created', 'updated', 'deleted'],
  session: ['created', 'ended', 'pending', 'removed', 'revoked'],
  organization: ['created', 'updated', 'deleted'],
  organizationDomain: ['created', 'updated', 'deleted'],
  organizationInvitation: ['accepted', 'created', 'revoked'],
  organizationMembership: ['created', 'updated', 'deleted'],
  role: ['created', 'updated', 'deleted'],
  permission: ['created', 'updated', 'deleted'],
  waitlistEntry: ['created', 'updated'],
  paymentAttempt: ['created', 'updated'],
  subscription: ['created', 'updated', 'active', 'past_due', 'pastDue'],
  subscriptionItem:
    'created updated active canceled upcoming ended abandoned incomplete past_due pastDue freeTrialEnding aStateToCome'.split(
      ' ',
    ),
};

export const fixtures: ProviderFixtures = {
  secrets: ['whsec_i6xe2V0m3oLA/qiH1vBLJ9c+D9xF+LgY', 'whsec_rMhZb+jWDnzZFy9EqQ8jRhTfUV7NtNIT'],
  examples: [
    {
      name: 'a new user',
      headers: headers('msg_30kLmPQrS7tUvWxYz0aBcDeFgHi'),
      body: JSON.stringify({
        ...event,
        type: 'user.created',
        data: {
          id: 'user_29w83sxmDNGwOuEthce5gg56FcC',
          object: 'user',
          first_name: 'Ada',
          last_name: 'Lovelace',
          username: null,
          primary_email_address_id: 'idn_29w83yL7CwVlJXylYLxcslromF1',
          email_addresses: [
            {
              id: 'idn_29w83yL7CwVlJXylYLxcslromF1',
              object: 'email_address',
              email_address: 'ada@example.com',
              linked_to: [],
              verification: { status: 'verified', strategy: 'ticket' },
            },
          ],
          phone_numbers: [],
          created_at: 1763683199000,
          updated_at: 1763683199000,
          last_sign_in_at: null,
          public_metadata: {},
        },
      }),
      expected: {
        eventType: 'user.created',
        title: 'User Ada Lovelace was created',
        deliveryId: 'msg_30kLmPQrS7tUvWxYz0aBcDeFgHi',
      },
    },
    {
      name: 'a new member of an organization',
      headers: headers('msg_30kLmTTv0bQyXw9sRr2NpGdEcVa'),
      body: JSON.stringify({
        ...event,
        type: 'organizationMembership.created',
        data: {
          id: 'orgmem_29w9IptNja3mP8GDXpquBwN2qR9',
          object: 'organization_membership',
          role: 'org:admin',
          organization: {
            id: 'org_29w9IfBrPmcpi0IeBVaKtA7R94W',
            object: 'organization',
            name: 'Octo Größe',
            slug: 'octo',
          },
          public_user_data: {
            first_name: 'Ada',
            last_name: 'Lovelace',
            identifier: 'ada@example.com',
            user_id: 'user_29w83sxmDNGwOuEthce5gg56FcC',
          },
          created_at: 1763683199000,
          updated_at: 1763683199000,
        },
      }),
      expected: {
        eventType: 'organizationMembership.created',
        title: 'Organization membership of Ada Lovelace in Octo Größe was created',
      },
    },
    {
      name: 'a subscription that is past due',
      headers: headers('msg_30kLmXZ1a2b3c4d5e6f7g8h9i0j'),
      body: JSON.stringify({
        ...event,
        type: 'subscriptionItem.past_due',
        data: {
          id: 'csubitem_30kA',
          object: 'commerce_subscription_item',
          status: 'past_due',
          plan: { id: 'cplan_30kB', name: 'Pro', slug: 'pro', amount: 2000, currency: 'USD' },
          payer: { user_id: 'user_29w83sxmDNGwOuEthce5gg56FcC', email: 'ada@example.com' },
        },
      }),
      expected: { eventType: 'subscriptionItem.past_due', title: 'Subscription item Pro is past due' },
    },
  ],
  eventTypes: Object.entries(TYPES).flatMap(([noun, happenings]) =>
    happenings.map((happening) => ({
      headers: headers('msg_1'),
      body: JSON.stringify({ ...event, type: `${noun}.${happening}`, data: {} }),
    })),
  ),
  vectors: svixVectors,
  forge: forgeSvix,
  sign: signAsSvix,
};
