import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServer,
} from '@modelcontextprotocol/server';
import type { FastifyRequest } from 'fastify';
import { mcpServer } from './mcp-server.js';
import type { McpMessage } from './mcp.schemas.js';
import type { OwnApi } from './own-api.js';

/** The headers of the protocol that the SDK reads. */
const HEADERS = ['mcp-protocol-version', 'mcp-method', 'mcp-name'] as const;

export interface AnsweredMessage {
  readonly status: number;
  /** A JSON-RPC response; undefined for a notification. */
  readonly body: object | undefined;
}

/**
 * Answers one message of the Model Context Protocol over Streamable HTTP, without a session: as of 2026-07-28, and as
 * of the earlier versions that begin with `initialize`. The answer is always JSON and never a stream.
 * @param workspace the workspace that the URL of the endpoint names
 */
export async function answerMessage(
  request: FastifyRequest,
  message: McpMessage,
  api: OwnApi,
  workspace: string | undefined,
): Promise<AnsweredMessage> {
  const server = () => mcpServer(api, workspace);
  const asked = webRequest(request);
  const isLegacy = await isLegacyRequest(asked, message);
  const response = isLegacy ? await serveLegacy(server(), asked, message) : await serveModern(server, asked, message);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as object) };
}

/** Its body is not read: it is given parsed. Both types are accepted, so that a client need not accept streams. */
function webRequest({ headers }: FastifyRequest): Request {
  const given = HEADERS.flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return new Request('http://localhost/v1/mcp', {
    method: 'POST',
    headers: [['accept', 'application/json, text/event-stream'], ['content-type', 'application/json'], ...given],
  });
}

async function serveModern(server: () => McpServer, request: Request, message: McpMessage): Promise<Response> {
  // The tools never change, so there is nothing to subscribe to.
  const handler = createMcpHandler(server, { legacy: 'reject', maxSubscriptions: 0 });
  try {
    return await handler.fetch(request, { parsedBody: message });
  } finally {
    await handler.close();
  }
}

async function serveLegacy(server: McpServer, request: Request, message: McpMessage): Promise<Response> {
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request, { parsedBody: message });
  } finally {
    await server.close();
  }
}
