import type { Definition } from './definition.js';

const change = (verb: 'grant' | 'deny' | 'revoke', summary: string, example: string): Definition => ({
  usage: `${verb} <user> <permission>`,
  summary,
  details: [
    'Requires `members:manage`. The change applies on all nodes when the command ends. It reads the member and replaces ' +
      'the whole entry: of two changes at the same moment, the later one wins.',
  ],
  examples: [example],
  load: async () => (await import('../commands/members.js'))[verb],
});

export const PEOPLE: readonly Definition[] = [
  {
    usage: 'members',
    summary: 'List the members of the workspace with their roles, grants and denials.',
    examples: ['tidings members', "tidings members --json | jq -r '.items[].email'"],
    load: async () => (await import('../commands/members.js')).members,
  },
  change('grant', 'Grant a permission to a member, beyond the role.', 'tidings grant ada@example.com webhooks:manage'),
  change(
    'deny',
    'Deny a permission to a member, despite role and grants.',
    'tidings deny ada@example.com webhooks:bodies',
  ),
  change(
    'revoke',
    'Take a grant or a denial of a permission away, so that the role decides.',
    'tidings revoke ada@example.com webhooks:manage',
  ),
];
