import type { Definition } from './definition.js';

const SETTINGS =
  'Settings come from the environment and from `.env`, as those of the server. ' +
  'The command needs the package `tidings`, which contains the server; `tidings-cli` alone has all the other commands.';

const load = () => import('../commands/server-programs.js');

/** Programs of the server itself. They need its settings, not a login. */
export const SERVER_PROGRAMS: readonly Definition[] = [
  {
    usage: 'start',
    summary: 'Run a server in this folder, with a PostgreSQL of its own.',
    details: [
      'Creates `.tidings/` for the database and the secrets, and prints the URL, the login and the first password. ' +
        'Ctrl-C ends both; the next start continues with the same data.',
      SETTINGS,
    ],
    examples: ['npx tidings start', 'PORT=4000 npx tidings start'],
    load: async () => (await load()).start,
  },
  {
    usage: 'backup <file>',
    summary: 'Write the whole database of the server into one file, as of one moment.',
    details: [
      'The server may run, except with its own PostgreSQL. Secrets stay sealed: keep SECRETS_KEY as well.',
      SETTINGS,
    ],
    options: [['--force', 'replace the file if it exists']],
    examples: ['npx tidings backup tidings.backup', 'npx tidings backup --force tidings.backup'],
    load: async () => (await load()).backup,
  },
  {
    usage: 'restore <file>',
    summary: 'Restore a backup into an empty database, and give the log new epochs.',
    details: [
      'Checks first that the file is complete. Clients with a position of the lost history are told `recovered: false`.',
      SETTINGS,
    ],
    examples: ['DATABASE_URL=postgres://… npx tidings restore tidings.backup'],
    load: async () => (await load()).restore,
  },
  {
    usage: 'migrate',
    summary: 'Apply the pending migrations of the database, and end.',
    details: ['Each server does the same at its start.', SETTINGS],
    options: [['--plan', 'only list the pending migrations']],
    examples: ['npx tidings migrate --plan'],
    load: async () => (await load()).migrate,
  },
];
