import type { Definition } from './definition.js';

export const SENDERS: readonly Definition[] = [
  {
    usage: 'listen <target>',
    summary: 'Forward the webhooks of a workspace to a local server, a port or a URL.',
    details: [
      'Each webhook arrives with the method, the headers and the bytes of its sender, so that the local server checks the ' +
        'signature itself. Requires `webhooks:read` and `webhooks:bodies`. Not forwarded are hop-by-hop headers, and ' +
        'headers that carry credentials, which the server does not store: add those with `--header`.',
      'The position is kept for each profile, workspace, source and target. What arrived while the command was off comes ' +
        'first, in order, once. Each answer moves the position on, whatever its status; a crash between an answer and the ' +
        'next write repeats one webhook, with the same `tidings-delivery-id`. The first start begins now, or at `--since`.',
      'On a terminal it shows a live list: arrows or `j` and `k` select a delivery, `r` sends it to the local server again, `d` ' +
        'shows the answer, `o` opens the delivery in the dashboard, `q` ends. A pipe, `--no-tui` and `--json` get lines.',
      'While the local server is down, the command waits and goes on in order; the same after a lost network, a restart of ' +
        'the server or a suspended laptop. An answer that does not come in time counts as an attempt.',
    ],
    options: [
      ['--source <id|name>', 'only this source; all sources by default'],
      [
        '--make-source <provider>',
        'create a source of this sender first, unless there is one, and print its URL, its steps, and the secret or how to add it',
      ],
      ['--option <option...>', 'an option of the source to create, as name=value; may be repeated'],
      ['--path <path>', 'the path at the local server, such as /hooks'],
      ['--since <time>', 'begin at this time when there is no saved position: 1h, 2d, or an ISO 8601 time'],
      ['--reset', 'forget the saved position'],
      ['--header <header...>', 'add a header, or replace that of the sender; may be repeated'],
      ['--timeout <seconds>', 'how long the local server may take to answer', '30'],
      ['--no-tui', 'print lines on a terminal too, in place of the list'],
      ['--skip-failures', 'go on with the next webhook when the local server is down'],
    ],
    examples: [
      'tidings listen 3000 --path /hooks/github --source github',
      'tidings listen 3000 --make-source stripe',
      'tidings listen 3000 --make-source aws-sns --option topicArn=arn:aws:sns:eu-central-1:123456789012:deploys',
      'tidings listen http://localhost:8080/hooks --since 1h --json',
    ],
    load: async () => (await import('../commands/listen.js')).listen,
  },
  {
    usage: 'sources',
    summary: 'List the sources of webhooks with their URLs.',
    examples: ['tidings sources', "tidings sources --json | jq -r '.items[] | [.name, .url] | @tsv'"],
    load: async () => (await import('../commands/sources.js')).sources,
  },
  {
    usage: 'set-secret <source>',
    summary: 'Give a source the secret that its sender shows; it replaces the present ones.',
    details: [
      'The command asks for the secret, or reads it from the standard input or TIDINGS_SECRET. Requires `webhooks:manage`.',
    ],
    examples: [
      'tidings set-secret listen-stripe',
      'pass stripe/signing-secret | tidings set-secret listen-stripe --json',
    ],
    load: async () => (await import('../commands/set-secret.js')).setSecret,
  },
  {
    usage: 'trigger <provider> [event]',
    summary: 'Send a simulated webhook to a source, signed with its secret.',
    details: ['Requires `webhooks:manage`. The delivery is marked as a test.'],
    options: [['--source <id|name>', 'the source; by default the only one of this provider']],
    examples: ['tidings trigger github', 'tidings trigger github pull_request.opened --source docs'],
    load: async () => (await import('../commands/trigger.js')).trigger,
  },
  {
    usage: 'verify <provider>',
    summary: 'Check the signature of a captured webhook, and say which part of it is wrong.',
    details: [
      'The server does the check: it stores and logs neither the webhook nor the secret. Exits with 1 if the signature is ' +
        'wrong. The file of headers has one `Name: value` on each line, or is a JSON object.',
    ],
    options: [
      ['--secret <secret>', 'the secret; TIDINGS_SECRET keeps it out of the list of processes'],
      ['--file <path>', 'the file with the exact bytes of the body; - is the standard input'],
      ['--headers <path>', 'the file with the headers'],
      ['--sent-to <url>', 'the URL that the sender called, which some senders sign'],
      ['--options <json>', 'options of the provider, as a source has them'],
    ],
    examples: [
      'tidings verify github --secret "$SECRET" --file body.json --headers headers.txt',
      `tidings verify hmac --options '{"header":"x-signature"}' --secret "$SECRET" --file - --headers headers.txt < body`,
    ],
    load: async () => (await import('../commands/verify.js')).verify,
  },
  {
    usage: 'refused',
    summary: 'List the webhooks that were refused, with their causes.',
    options: [
      ['--source <id|name>', 'only those of this source'],
      ['--cause <cause>', 'only those with this cause, such as wrong-signature'],
      ['--since <time>', 'only those from this time on: 1h, 2d, or an ISO 8601 time'],
      ['--limit <number>', 'at most this many', '50'],
    ],
    examples: ['tidings refused --since 1h', 'tidings refused --source github --json'],
    load: async () => (await import('../commands/refused.js')).refused,
  },
];
