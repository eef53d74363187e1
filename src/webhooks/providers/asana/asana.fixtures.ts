import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json; charset=utf-8' };
const user = { gid: '1200000000000001', resource_type: 'user' };
const SECRET = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81';

const TYPES =
  `task project section story tag portfolio goal workspace team team_membership project_membership attachment
custom_field enum_option project_brief project_status status_update allocation membership time_tracking_entry`.split(
    /\s+/,
  );
const ACTIONS = ['changed', 'added', 'removed', 'deleted', 'undeleted'];

export const fixtures: ProviderFixtures = {
  secrets: [SECRET, '18e35eae2108b1365dcd79d56931db8e955ad431844fc75320afbc02f702735b'],
  examples: [
    {
      name: 'a task that changed, and one more event',
      headers,
      body: JSON.stringify({
        events: [
          {
            user,
            created_at: '2026-11-20T12:00:00.123Z',
            action: 'changed',
            resource: { gid: '1204', resource_type: 'task', resource_subtype: 'default_task', name: 'Fix the login' },
            parent: null,
            change: { field: 'assignee', action: 'changed', new_value: { gid: user.gid, resource_type: 'user' } },
          },
          {
            user,
            created_at: '2026-11-20T12:00:00.456Z',
            action: 'added',
            resource: { gid: '1206', resource_type: 'story', resource_subtype: 'assigned' },
            parent: { gid: '1204', resource_type: 'task', resource_subtype: 'default_task' },
          },
        ],
      }),
      expected: { eventType: 'task.changed', title: 'Assignee of task Fix the login was changed and 1 more' },
    },
    {
      name: 'a task that is added to a section',
      headers,
      body: JSON.stringify({
        events: [
          {
            user,
            created_at: '2026-11-20T12:01:00.789Z',
            action: 'added',
            resource: { gid: '1204', resource_type: 'task', resource_subtype: 'default_task' },
            parent: { gid: '1205', resource_type: 'section' },
          },
        ],
      }),
      expected: { eventType: 'task.added', title: 'Task 1204 was added to section 1205' },
    },
  ],
  eventTypes: TYPES.flatMap((type) =>
    ACTIONS.map((action) => ({
      headers,
      body: JSON.stringify({ events: [{ user, action, resource: { gid: '1204', resource_type: type } }] }),
    })),
  ),
  handshakes: [
    {
      name: 'the creation of the webhook',
      headers: { 'x-hook-secret': SECRET },
      isSigned: false,
      expected: { headers: { 'x-hook-secret': SECRET }, secret: SECRET },
    },
    { name: 'a heartbeat', headers, body: '{"events": []}', isSigned: true, expected: {} },
  ],
  forge: (genuine, _sign, { secret }) => ({
    'the secret in place of a signature': { ...genuine, headers: { ...headers, 'x-hook-secret': secret } },
    'SHA-1': {
      ...genuine,
      headers: { ...headers, 'x-hook-signature': createHmac('sha1', secret).update(genuine.body).digest('hex') },
    },
  }),
  sign: (body, _headers, { secret }) => ({
    'x-hook-signature': createHmac('sha256', secret).update(body).digest('hex'),
  }),
};
