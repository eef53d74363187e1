import type { Definition } from './definition.js';

export const START: Definition = {
  usage: 'start',
  summary: 'Run a server in this folder, with a PostgreSQL of its own.',
  details: [
    'Creates `.tidings/` for the database and the secrets, and prints the URL, the login and the first password. ' +
      'Ctrl-C ends both; the next start continues with the same data.',
    'Settings come from the environment and from `.env`, as those of any other server. ' +
      'The command needs the package `tidings`, which contains the server; `tidings-cli` alone has all the other commands.',
  ],
  examples: ['npx tidings start', 'PORT=4000 npx tidings start'],
  load: async () => (await import('../commands/start.js')).start,
};
