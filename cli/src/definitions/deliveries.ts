import type { Definition } from './definition.js';

const FILTERS: NonNullable<Definition['options']> = [
  ['--status <status>', 'received, processed or failed'],
  ['--source <id|name>', 'only those of this source'],
  ['--provider <name>', 'only those of this sender'],
  ['--type <type>', "the sender's event type, such as pull_request.opened"],
  ['--since <time>', 'only those from this time on: 1h, 2d, or an ISO 8601 time'],
  ['--until <time>', 'only those before this time'],
  ['--query <text>', 'a part of the title or of the sender'],
];

export const DELIVERIES: readonly Definition[] = [
  {
    usage: 'deliveries',
    summary: 'List received webhooks, newest first.',
    options: [...FILTERS, ['--limit <number>', 'at most this many', '50']],
    examples: [
      'tidings deliveries --status failed --since 1d',
      'tidings deliveries --source github --type push --json',
    ],
    load: async () => (await import('../commands/deliveries.js')).deliveries,
  },
  {
    usage: 'delivery <id>',
    summary: 'Show the whole way of a webhook: headers, body, attempts, its event and the users it reached.',
    details: [
      'The body requires `webhooks:bodies`, and the reach `audit:read`: without them these parts are left out.',
    ],
    examples: ['tidings delivery 0199d2a0-0000-7000-8000-000000000001'],
    load: async () => (await import('../commands/delivery.js')).delivery,
  },
  {
    usage: 'replay [ids...]',
    summary: 'Process webhooks again, by their ids or by filters, and wait until they are handed over.',
    details: [
      'Without `--as-new`, each delivery still makes at most one event. Requires `webhooks:manage`. Exits with 1 if the ' +
        'replay failed, or the workspace does not have some of the ids.',
    ],
    options: [
      ...FILTERS,
      ['--all', 'all deliveries of the workspace, in place of a filter'],
      ['--as-new', 'store each one as a new delivery with an event of its own'],
      ['--dry-run', 'only list what would be replayed'],
    ],
    examples: [
      'tidings replay 0199d2a0-0000-7000-8000-000000000001',
      'tidings replay --status failed --since 1d --dry-run',
      'tidings replay --source github --since 1h --as-new',
    ],
    load: async () => (await import('../commands/replay.js')).replay,
  },
];
