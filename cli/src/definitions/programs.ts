import type { Definition } from './definition.js';

/** Commands for other programs: agents that start them, and clients that they start. */
export const PROGRAMS: readonly Definition[] = [
  {
    usage: 'mcp',
    summary: 'Serve the tools for AI agents over the standard input and output (Model Context Protocol).',
    details: [
      'An agent starts this command. It can do what the user or the API key of the profile may do: an API key with few ' +
        'scopes limits it. The tools are those of `POST /v1/mcp` of the server. With `--workspace`, or a workspace in the ' +
        'profile, tools that are called without a workspace use that one.',
    ],
    examples: [
      'claude mcp add tidings -- tidings mcp',
      'TIDINGS_API_KEY=tk_... tidings mcp --url https://tidings.example.com',
    ],
    load: async () => (await import('../commands/mcp.js')).mcp,
  },
  {
    usage: 'conformance <client...>',
    summary: 'Test any client of the realtime protocol against a scripted server.',
    details: [
      'Starts the client command once for each scenario, with a server on the loopback interface, and says which rule it ' +
        'breaks. Put `--` in front of the command. The client gets `TIDINGS_URL`, `TIDINGS_TOKEN_URL` and `TIDINGS_CHANNELS`, and ' +
        'prints one JSON object on each line: docs/protocol.md, Conformance. No server and no profile is needed. Exits with 1 ' +
        'if a scenario fails.',
      'Of the other variables it gets only those that say where programs and files are, such as `PATH` and `HOME`, and the ' +
        'language: give it more with `env`.',
    ],
    options: [['--only <scenario...>', 'only this scenario; may be repeated']],
    examples: [
      'tidings conformance -- node client/examples/conformance.mjs',
      'tidings conformance -- env JAVA_HOME=/opt/java ./my-client',
      'tidings conformance --only resumes-from-its-position --json -- ./my-client',
    ],
    load: async () => (await import('../commands/conformance.js')).conformance,
  },
];
