import type { Definition } from './definition.js';

export const EVENTS: readonly Definition[] = [
  {
    usage: 'tail [channel]',
    summary: 'Follow the events of a channel or a topic, live and without a gap; all that you may read by default.',
    details: [
      'A topic is written as its path, such as orders/paid, and a channel of the workspace as its kind, such as webhooks.',
      'Without a channel the command follows those of the workspace, of its sources, and the topics that exist at the start, ' +
        '950 at most; the first line on stderr names them. A topic that begins later takes a restart.',
    ],
    options: [
      ['--since <time>', 'print the events from this time on first: 1h, 2d, or an ISO 8601 time; requires a channel'],
      ['--type <type>', 'only events of this type'],
    ],
    examples: [
      'tidings tail',
      'tidings tail orders/paid --since 1h',
      'tidings tail webhooks --json | jq .payload.title',
    ],
    load: async () => (await import('../commands/tail.js')).tail,
  },
  {
    usage: 'publish <channel> <type> [json]',
    summary: 'Publish an event to a topic or to a member.',
    details: [
      'The payload is the argument, or the standard input for `-`; without one it is null. Repeat the command with the same ' +
        '`--id` when no answer came: the event is written once.',
    ],
    options: [['--id <key>', 'your own key of the event']],
    examples: [
      `tidings publish orders/paid order:paid '{"order":17}' --id order-17-paid`,
      'jq -c . order.json | tidings publish orders/paid order:paid -',
    ],
    load: async () => (await import('../commands/publish.js')).publish,
  },
  {
    usage: 'why <event>',
    summary: 'Say whether an event was sent to a user, when, and if not, why.',
    details: ['Requires `audit:read`. The event is its id, or the id of a delivery.'],
    options: [['--user <mail|id>', 'the user; all users that were reached by default']],
    examples: ['tidings why 0199d2a0-0000-7000-8000-000000000001 --user ada@example.com'],
    load: async () => (await import('../commands/why.js')).why,
  },
];
