import { Client, ProtocolError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Server, type CallToolRequest, type CallToolResult } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { answer, unreachable } from '../api/answer.js';
import { connect, type Connection, type GlobalOptions } from '../api/connect.js';
import { VERSION } from '../api/version.js';

const NAMED = { name: 'tidings', version: VERSION };

/**
 * Serves the tools of the server over stdio (Model Context Protocol). The server defines and runs them: this passes
 * them on with the credential of the profile. Runs until the standard input ends.
 */
export async function mcp(_args: readonly string[], options: GlobalOptions): Promise<void> {
  const connection = connect(options);
  // Fails with the errors of every command when the server or the credential is not there.
  await answer(connection.api.GET('/v1/me'));
  const tools = await toolsOf(connection);
  serveStdio(() => passOn(tools));
}

async function toolsOf(connection: Connection): Promise<Client> {
  const url = new URL(`${connection.url}/v1/mcp`);
  if (connection.namesWorkspace) url.searchParams.set('workspace', await connection.workspace());
  const client = new Client(NAMED, { versionNegotiation: { mode: 'auto' } });
  const send = (input: string | URL, init?: RequestInit) => connection.fetch(new Request(input, init));
  await client.connect(new StreamableHTTPClientTransport(url, { fetch: send }));
  return client;
}

function passOn(tools: Client): Server {
  const instructions = tools.getInstructions();
  const server = new Server(NAMED, {
    capabilities: { tools: {} },
    ...(instructions !== undefined && { instructions }),
  });
  server.setRequestHandler('tools/list', () => tools.listTools());
  server.setRequestHandler('tools/call', ({ params }) => call(tools, params));
  return server;
}

async function call(
  tools: Client,
  { name, arguments: given = {} }: CallToolRequest['params'],
): Promise<CallToolResult> {
  try {
    return await tools.callTool({ name, arguments: given });
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    const { code, message } = unreachable(error);
    return { isError: true, content: [{ type: 'text', text: `${code}: ${message}` }] };
  }
}
