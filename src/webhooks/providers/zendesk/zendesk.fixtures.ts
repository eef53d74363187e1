import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Zendesk Webhook',
  'x-zendesk-account-id': '129',
  'x-zendesk-webhook-id': '01F3Y8K2JZ7Q5V6W8X9Y0Z1A2B',
  'x-zendesk-webhook-invocation-id': '8350205582',
};

const EVENTS =
  `ticket.agent_assignment_changed ticket.attachment_linked_to_comment ticket.attachment_redacted_from_comment
ticket.brand_changed ticket.comment_added ticket.comment_made_private ticket.comment_redacted ticket.created
ticket.custom_field_changed ticket.custom_status_changed ticket.description_changed ticket.email_ccs_changed
ticket.external_id_changed ticket.followers_changed ticket.form_changed ticket.group_assignment_changed
ticket.marked_as_spam ticket.merged ticket.ola_policy_changed ticket.organization_changed ticket.permanently_deleted
ticket.priority_changed ticket.problem_link_changed ticket.requester_changed ticket.schedule_changed
ticket.sla_policy_changed ticket.soft_deleted ticket.status_changed ticket.subject_changed ticket.submitter_changed
ticket.tags_changed ticket.task_due_at_changed ticket.type_changed ticket.undeleted user.active_changed
user.alias_changed user.created user.custom_field_changed user.custom_role_changed user.default_group_changed
user.deleted user.details_changed user.external_id_changed user.group_membership_created user.group_membership_deleted
user.identity_changed user.identity_created user.identity_deleted user.last_login_changed user.merged
user.name_changed user.notes_changed user.only_private_comments_changed user.organization_membership_created
user.organization_membership_deleted user.password_changed user.photo_changed user.role_changed
user.suspended_changed user.tags_changed user.time_zone_changed organization.created organization.custom_field_changed
organization.deleted organization.external_id_changed organization.name_changed organization.tags_changed
article.author_changed article.comment_changed article.comment_created article.comment_published
article.comment_unpublished article.published article.subscription_created article.unpublished article.vote_changed
article.vote_created article.vote_removed community_post.changed community_post.created community_post.comment_created
community_post.published community_post.unpublished community_post.vote_created agent.state_changed
agent.work_item_added agent.work_item_removed agent.max_capacity_changed agent.unified_state_changed
messaging_ticket.message_added omnichannel_config.omnichannel_routing_feature_changed`.split(/\s+/);

export const fixtures: ProviderFixtures = {
  secrets: [
    'dGlkaW5nc19zaWduaW5nX3NlY3JldF9vZl96ZW5kZXNrX29uZQ==',
    'dGlkaW5nc19zaWduaW5nX3NlY3JldF9vZl96ZW5kZXNrX3R3bw==',
  ],
  examples: [
    {
      name: 'a ticket',
      headers,
      body: JSON.stringify({
        type: 'zen:event-type:ticket.status_changed',
        account_id: 129,
        id: '01GDWXQ2R5VEK5MGG4CM9AC0JP',
        time: '2026-11-20T12:00:00.084532Z',
        zendesk_event_version: '2022-11-06',
        subject: 'zen:ticket:4217',
        detail: {
          actor_id: '8447388090494',
          assignee_id: '8447388090494',
          brand_id: '8447346621310',
          created_at: '2026-11-19T09:00:00Z',
          description: 'I cannot log in since Monday.',
          id: '4217',
          priority: 'HIGH',
          requester_id: '8447388090500',
          status: 'SOLVED',
          subject: 'Cannot log in',
          tags: ['login'],
          type: 'QUESTION',
          updated_at: '2026-11-20T12:00:00Z',
          via: { channel: 'email' },
        },
        event: { current: 'SOLVED', previous: 'OPEN' },
      }),
      expected: {
        eventType: 'ticket.status_changed',
        title: 'Status of ticket #4217 was changed from OPEN to SOLVED: Cannot log in',
        deliveryId: '01GDWXQ2R5VEK5MGG4CM9AC0JP',
      },
    },
    {
      name: 'the call of a trigger',
      headers,
      body: JSON.stringify({ ticket: '4217', title: 'Cannot log in', priority: 'high' }),
      expected: { eventType: 'message', title: 'Cannot log in', deliveryId: '8350205582' },
    },
  ],
  eventTypes: EVENTS.map((event) => ({
    headers,
    body: JSON.stringify({ type: `zen:event-type:${event}`, subject: 'zen:ticket:12', detail: {}, event: {} }),
  })),
  forge(genuine, sign, { secret, now }) {
    const at = (offset: number) => sign({ now: new Date(now.getTime() + offset * 1000) });
    const time = `${now.toISOString().slice(0, 19)}Z`;
    const digest = (...pieces: (string | Buffer)[]) => {
      const hmac = createHmac('sha256', secret);
      for (const piece of pieces) hmac.update(piece);
      return hmac.digest('base64');
    };
    const signed = (timestamp: string, signature: string) => ({
      ...genuine,
      headers: {
        ...headers,
        'x-zendesk-webhook-signature-timestamp': timestamp,
        'x-zendesk-webhook-signature': signature,
      },
    });
    const good = digest(time, genuine.body);
    return {
      'a second too old': at(-301),
      'a second too new': at(301),
      'a second later': signed(`${new Date(now.getTime() + 1000).toISOString().slice(0, 19)}Z`, good),
      'the same time in another zone': signed(time.replace('Z', '+00:00'), good),
      'a time in seconds': signed(String(now.getTime() / 1000), digest(String(now.getTime() / 1000), genuine.body)),
      'a time without a zone': signed(time.slice(0, -1), digest(time.slice(0, -1), genuine.body)),
      'the body before the time': signed(time, digest(genuine.body, time)),
      'the body alone': signed(time, digest(genuine.body)),
      'a byte moved from the time to the body': {
        ...signed(time.slice(0, -1), good),
        body: Buffer.concat([Buffer.from('Z'), genuine.body]),
      },
    };
  },
  sign(body, _headers, { secret, now }) {
    const timestamp = `${now.toISOString().slice(0, 19)}Z`;
    const signature = createHmac('sha256', secret).update(timestamp).update(body).digest('base64');
    return { 'x-zendesk-webhook-signature-timestamp': timestamp, 'x-zendesk-webhook-signature': signature };
  },
};
