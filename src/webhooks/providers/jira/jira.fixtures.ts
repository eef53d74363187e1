import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = {
  'content-type': 'application/json; charset=UTF-8',
  'user-agent': 'Atlassian Webhook HTTP Client',
  'x-atlassian-webhook-identifier': '6f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0',
  'x-atlassian-webhook-flow': 'Primary',
};
const ada = {
  self: 'https://octo.atlassian.net/rest/api/2/user?accountId=5b10a2844c20165700ede21g',
  accountId: '5b10a2844c20165700ede21g',
  displayName: 'Ada Lovelace',
  active: true,
  accountType: 'atlassian',
};
const issue = {
  id: '10042',
  self: 'https://octo.atlassian.net/rest/api/2/issue/10042',
  key: 'WEB-42',
  fields: { summary: 'Fix the login', issuetype: { name: 'Bug' }, project: { key: 'WEB' }, status: { name: 'Done' } },
};

const EVENTS = `jira:issue_created jira:issue_updated jira:issue_deleted comment_created comment_updated comment_deleted
issuelink_created issuelink_deleted worklog_created worklog_updated worklog_deleted issue_property_set
issue_property_deleted attachment_created attachment_deleted project_created project_updated project_deleted
project_soft_deleted project_restored_deleted project_archived project_restored_archived jira:version_created
jira:version_updated jira:version_deleted jira:version_released jira:version_unreleased jira:version_moved user_created
user_updated user_deleted option_voting_changed option_watching_changed option_unassigned_issues_changed
option_subtasks_changed option_attachments_changed option_issuelinks_changed option_timetracking_changed sprint_created
sprint_updated sprint_started sprint_closed sprint_deleted board_created board_updated board_deleted
board_configuration_changed`.split(/\s+/);
const CONFLUENCE_EVENTS =
  `attachment_created attachment_removed attachment_restored attachment_trashed attachment_updated
blog_created blog_removed blog_restored blog_trashed blog_updated blueprint_page_created comment_created comment_removed
comment_updated content_created content_restored content_trashed content_updated content_permissions_updated
group_created group_removed label_added label_created label_deleted label_removed page_children_reordered page_created
page_moved page_removed page_restored page_trashed page_updated space_created space_logo_updated
space_permissions_updated space_removed space_updated theme_enabled user_created user_deactivated user_followed
user_reactivated user_removed`.split(/\s+/);

export const fixtures: ProviderFixtures = {
  secrets: ['tidings-4hY9qT2wVx7K-Zb3', 'tidings-Zb3-K7xVw2Tq9Yh4'],
  vectors: [
    {
      origin: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks',
      secret: "It's a Secret to Everybody",
      headers: { 'x-hub-signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9' },
      body: 'Hello World!',
      at: '2026-11-20T12:00:00Z',
    },
  ],
  examples: [
    {
      name: 'an issue that changed',
      headers,
      body: JSON.stringify({
        timestamp: 1763640000123,
        webhookEvent: 'jira:issue_updated',
        issue_event_type_name: 'issue_generic',
        user: ada,
        issue,
        changelog: {
          id: '10124',
          items: [
            {
              field: 'status',
              fieldtype: 'jira',
              fieldId: 'status',
              from: '3',
              fromString: 'In progress',
              to: '10002',
              toString: 'Done',
            },
          ],
        },
      }),
      expected: {
        eventType: 'jira.issue_updated',
        title: 'Ada Lovelace changed status of WEB-42 Fix the login from In progress to Done',
        deliveryId: '6f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0',
      },
    },
    {
      name: 'a comment',
      headers,
      body: JSON.stringify({
        timestamp: 1763640060123,
        webhookEvent: 'comment_created',
        comment: { id: '10050', author: ada, body: 'Fixed in 1.2.\nThanks!', updateAuthor: ada, jsdPublic: true },
        issue,
        eventType: 'primaryAction',
      }),
      expected: {
        eventType: 'comment_created',
        title: 'Ada Lovelace commented on WEB-42 Fix the login: Fixed in 1.2.',
      },
    },
    {
      name: 'a page of Confluence',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-event-key': 'page_created',
        'x-request-id': 'b8f3-41',
      },
      body: JSON.stringify({
        timestamp: 1763640120123,
        event: 'page_created',
        userKey: '4028b8826f1e2d3c',
        page: {
          id: 4620,
          spaceKey: 'OPS',
          title: 'Runbook',
          creatorKey: '4028b8826f1e2d3c',
          self: 'https://wiki.example.com/display/OPS/Runbook',
        },
      }),
      expected: { eventType: 'page_created', title: '4028b8826f1e2d3c created page Runbook', deliveryId: 'b8f3-41' },
    },
  ],
  eventTypes: [
    ...EVENTS.map((event) => ({ headers, body: JSON.stringify({ webhookEvent: event, user: ada, issue }) })),
    ...CONFLUENCE_EVENTS.map((event) => ({ headers, body: JSON.stringify({ event }) })),
  ],
  handshakes: [
    {
      name: 'the test of a connection from Confluence',
      headers: { 'content-type': 'application/json', 'x-event-key': 'diagnostics:ping' },
      body: '{"test":true}',
      isSigned: false,
      expected: {},
    },
  ],
  forge: (genuine, _sign, { secret }) => {
    const digest = (algorithm: string) => createHmac(algorithm, secret).update(genuine.body).digest('hex');
    const signed = (value: string) => ({ ...genuine, headers: { ...headers, 'x-hub-signature': value } });
    return {
      'SHA-1': signed(`sha1=${digest('sha1')}`),
      'SHA-1 under the name of SHA-256': signed(`sha256=${digest('sha1')}`),
      'SHA-512': signed(`sha512=${digest('sha512')}`),
      'the name of the algorithm in upper case': signed(`SHA256=${digest('sha256')}`),
    };
  },
  sign: (body, _headers, { secret }) => ({
    'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
};
