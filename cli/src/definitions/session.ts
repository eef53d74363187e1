import type { Definition } from './definition.js';

export const SESSION: readonly Definition[] = [
  {
    usage: 'login [url]',
    summary: 'Sign in to a server and keep the session as a profile.',
    details: [
      'Prints an address and a code: sign in there by a browser, on this machine or another one, and approve the code. With ' +
        '`--email` it asks for the password, and with `--api-key` for a key. A password is never stored: a login keeps its ' +
        'refresh token, an API key stays as it is. The profile is a file that only you can read.',
      'Without a terminal, the password or the key is the first line of the standard input, unless `--browser` is set.',
    ],
    options: [
      ['--browser', 'sign in by a browser, also without a terminal'],
      ['--email <address>', 'sign in with the password of this user'],
      ['--api-key', 'sign in with an API key, which is asked for or read from the standard input'],
    ],
    examples: [
      'tidings login https://tidings.example.com',
      'tidings login --email ada@example.com https://tidings.example.com',
      'tidings login --api-key https://tidings.example.com < key.txt',
      'tidings login --profile staging --workspace Shop https://staging.example.com',
    ],
    load: async () => (await import('../commands/login.js')).login,
  },
  {
    usage: 'logout',
    summary: 'End the session, and delete the profile.',
    details: ['An API key stays valid: revoke it in the dashboard.'],
    examples: ['tidings logout', 'tidings logout --profile staging'],
    load: async () => (await import('../commands/login.js')).logout,
  },
  {
    usage: 'whoami',
    summary: 'Show your user, your workspaces and your permissions in them.',
    examples: ['tidings whoami', "tidings whoami --json | jq -r '.workspaces[].name'"],
    load: async () => (await import('../commands/whoami.js')).whoami,
  },
  {
    usage: 'profiles [name]',
    summary: 'List the profiles, or choose the one that commands use.',
    examples: ['tidings profiles', 'tidings profiles staging'],
    load: async () => (await import('../commands/profiles.js')).profiles,
  },
  {
    usage: 'doctor',
    summary: 'Examine the server, the connection, the clocks and your permissions.',
    details: ['Exits with 1 if a check fails. A warning is no failure.'],
    examples: ['tidings doctor', 'tidings doctor --url https://tidings.example.com --json'],
    load: async () => (await import('../commands/doctor.js')).doctor,
  },
];
