import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const json = { 'content-type': 'application/json', 'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)' };

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
      expected: { eventType: 'block_actions', title: 'ada caused block actions in deploys' },
    },
  ],
  sign(body, _headers, { secret, now }) {
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
    return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
  },
};
