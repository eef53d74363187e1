import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'intercom-webhook-notifier' };
const ada = { type: 'user', id: '6f1e2d3c4b5a', name: 'Ada Lovelace', email: 'ada@example.com' };

const TOPICS = `conversation.user.created conversation.user.replied conversation.admin.replied
conversation.admin.single.created conversation.admin.assigned conversation.admin.noted conversation.admin.closed
conversation.admin.opened conversation.admin.snoozed conversation.admin.unsnoozed conversation.operator.replied
conversation_part.tag.created conversation_part.redacted conversation.priority.updated conversation.rating.added
conversation.read conversation.deleted conversation.contact.attached conversation.contact.detached
contact.lead.added_email contact.lead.created contact.lead.signed_up contact.lead.tag.created contact.lead.tag.deleted
contact.lead.updated contact.user.created contact.user.tag.created contact.user.tag.deleted contact.user.updated
contact.created contact.signed_up contact.deleted contact.archived contact.merged contact.email.updated
contact.added_email contact.subscribed contact.unsubscribed contact.tag.created contact.tag.deleted company.created
company.updated company.deleted company.contact.attached company.contact.detached visitor.signed_up ticket.created
ticket.state.updated ticket.admin.assigned ticket.team.assigned ticket.contact.attached ticket.contact.detached
ticket.contact.replied ticket.admin.replied ticket.note.created ticket.closed ticket.rating.provided
ticket.attribute.updated event.created granular.unsubscribe admin.added_to_workspace admin.removed_from_workspace
admin.away_mode_updated admin.logged_in admin.logged_out admin.activity_log_event.created content_stat.news_item
call.started call.ended call.answered job.completed article.created article.updated article.deleted ping`.split(/\s+/);

function notification(id: string, topic: string, item: object): string {
  return JSON.stringify({
    type: 'notification_event',
    app_id: 'ab12cd34',
    data: { type: 'notification_event_data', item },
    links: {},
    id,
    topic,
    delivery_status: 'pending',
    delivery_attempts: 1,
    delivered_at: 0,
    first_sent_at: 1763640000,
    created_at: 1763640000,
    self: null,
  });
}

export const fixtures: ProviderFixtures = {
  secrets: ['2f8c1b7a-6d5e-4c3b-a190-8f7e6d5c4b3a', '3b4c5d6e-7f80-41a2-b3c4-e5d6a7b1c8f2'],
  examples: [
    {
      name: 'a reply',
      headers,
      body: notification('notif_2c8b1a70-c5f3-11f0-9d0e-1b2c3d4e5f60', 'conversation.user.replied', {
        type: 'conversation',
        id: '4217',
        created_at: 1763630000,
        updated_at: 1763640000,
        source: { type: 'conversation', id: '301', subject: '', body: '<p>Hello</p>', author: ada },
        conversation_parts: {
          type: 'conversation_part.list',
          conversation_parts: [
            { type: 'conversation_part', id: '302', body: '<p>Thank you, it works</p>', author: ada },
          ],
          total_count: 1,
        },
        open: true,
        state: 'open',
      }),
      expected: {
        eventType: 'conversation.user.replied',
        title: 'Ada Lovelace replied in conversation 4217: Thank you, it works',
        deliveryId: 'notif_2c8b1a70-c5f3-11f0-9d0e-1b2c3d4e5f60',
      },
    },
    {
      name: 'a new contact',
      headers,
      body: notification('notif_3c8b1a70-c5f3-11f0-9d0e-1b2c3d4e5f61', 'contact.created', {
        type: 'contact',
        id: '6f1e2d3c4b5a',
        role: 'user',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
      }),
      expected: { eventType: 'contact.created', title: 'Contact Ada Lovelace was created' },
    },
  ],
  eventTypes: TOPICS.map((topic) => ({ headers, body: JSON.stringify({ topic, data: { item: {} } }) })),
  handshakes: [{ name: 'the check of the URL', method: 'HEAD', isSigned: false, expected: {} }],
  forge: (genuine, _sign, { secret }) => {
    const digest = (algorithm: string) => createHmac(algorithm, secret).update(genuine.body).digest('hex');
    const signed = (value: string) => ({ ...genuine, headers: { ...headers, 'x-hub-signature': value } });
    return {
      'SHA-256': signed(`sha256=${digest('sha256')}`),
      'SHA-256 under the name of SHA-1': signed(`sha1=${digest('sha256')}`),
      MD5: signed(`sha1=${digest('md5')}`),
    };
  },
  sign: (body, _headers, { secret }) => ({
    'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
  }),
};
