import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const json = { 'content-type': 'application/json', 'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)' };

const EVENTS = `app_deleted app_home_opened app_installed app_mention app_rate_limited app_requested app_uninstalled
assistant_thread_started assistant_thread_context_changed call_rejected channel_archive channel_created channel_deleted
channel_history_changed channel_id_changed channel_left channel_rename channel_shared channel_unarchive channel_unshared
dnd_updated dnd_updated_user email_domain_changed emoji_changed file_change file_created file_deleted file_public
file_shared file_unshared function_executed grid_migration_finished grid_migration_started group_archive group_close
group_deleted group_left group_open group_rename group_unarchive im_close im_created im_open invite_requested
link_shared member_joined_channel member_left_channel message message_metadata_deleted message_metadata_posted
message_metadata_updated pin_added pin_removed reaction_added reaction_removed shared_channel_invite_accepted
shared_channel_invite_approved shared_channel_invite_declined shared_channel_invite_received star_added star_removed
subteam_created subteam_members_changed subteam_self_added subteam_updated team_access_granted team_access_revoked
team_domain_change team_join team_rename tokens_revoked user_change user_huddle_changed user_profile_changed
user_status_changed workflow_deleted workflow_published workflow_step_execute workflow_unpublished`.split(/\s+/);
const INTERACTIONS = [
  'block_actions',
  'view_submission',
  'view_closed',
  'shortcut',
  'message_action',
  'block_suggestion',
];

export const fixtures: ProviderFixtures = {
  secrets: ['0a1b2c3d4e5f60718293a4b5c6d7e8f9', '1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f'],
  examples: [
    {
      name: 'a message in a channel',
      headers: json,
      body: JSON.stringify({
        team_id: 'T0OCTO001',
        api_app_id: 'A0DEPLOYS',
        type: 'event_callback',
        event_id: 'Ev0DEPLOY1',
        event_time: 1763683200,
        event: {
          type: 'message',
          channel: 'C0DEPLOYS',
          user: 'U0ADA0001',
          text: 'The deploy is through\nAll green.',
          ts: '1763683200.000300',
          channel_type: 'channel',
        },
      }),
      expected: {
        eventType: 'message',
        title: 'U0ADA0001 wrote in C0DEPLOYS: The deploy is through',
        deliveryId: 'Ev0DEPLOY1',
      },
    },
    {
      name: 'a slash command',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        team_id: 'T0OCTO001',
        channel_id: 'C0DEPLOYS',
        channel_name: 'deploys',
        user_id: 'U0ADA0001',
        user_name: 'ada',
        command: '/deploy',
        text: 'hello to production',
        trigger_id: '1763683200.4242.0123456789abcdef',
      }).toString(),
      expected: { eventType: '/deploy', title: 'ada ran /deploy hello to production in deploys' },
    },
    {
      name: 'a click on a button',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        payload: JSON.stringify({
          type: 'block_actions',
          user: { id: 'U0ADA0001', username: 'ada' },
          channel: { id: 'C0DEPLOYS', name: 'deploys' },
          actions: [{ type: 'button', action_id: 'approve', value: 'yes' }],
        }),
      }).toString(),
      expected: { eventType: 'block_actions', title: 'ada used a control in deploys' },
    },
  ],
  eventTypes: [
    ...EVENTS.map((type) => ({
      headers: json,
      body: JSON.stringify({ type: 'event_callback', event: { type, user: 'U0ADA0001' } }),
    })),
    ...INTERACTIONS.map((type) => ({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ payload: JSON.stringify({ type, user: { username: 'ada' } }) }).toString(),
    })),
  ],
  handshakes: [
    {
      name: 'the verification of the URL',
      headers: json,
      body: JSON.stringify({ type: 'url_verification', token: 'x', challenge: '3eZbrw1aB10EgYOU' }),
      isSigned: true,
      expected: { contentType: 'text/plain; charset=utf-8', body: '3eZbrw1aB10EgYOU' },
    },
    {
      name: 'the check of the certificate',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'ssl_check=1&token=x',
      isSigned: true,
      expected: {},
    },
  ],
  vectors: [
    {
      origin: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
      secret: '8f742231b10e8888abcd99yyyzzz85a5',
      headers: {
        'x-slack-request-timestamp': '1531420618',
        'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      },
      body:
        'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
        '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
        '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
        '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
      at: '2018-07-12T18:36:58Z',
    },
  ],
  sign(body, _headers, { secret, now }) {
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
    return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
  },
};
