import type { Definition } from './definition.js';

/** Commands that other programs start. */
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
];
