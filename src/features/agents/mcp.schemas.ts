import { z } from 'zod';

const id = z.union([z.string().max(200), z.int()]);

/** A request or a notification of JSON-RPC 2.0. A server without sessions asks nothing, so no client answers it. */
export const mcpMessage = z
  .strictObject({
    jsonrpc: z.enum(['2.0']),
    id: id.optional().describe('absent in a notification'),
    method: z.string().min(1).max(200).describe('such as `initialize`, `tools/list` and `tools/call`'),
    params: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({
    id: 'McpMessage',
    example: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'search_deliveries', arguments: { status: 'failed' } },
    },
  });

export const mcpAnswer = z
  .object({
    jsonrpc: z.enum(['2.0']),
    id: id.nullable().optional(),
    result: z.looseObject({}).optional(),
    error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }).optional(),
  })
  .meta({ id: 'McpAnswer' });

export const mcpQuery = z.object({
  workspace: z.uuid().optional().describe('the workspace of tools that are called without one'),
});

export type McpMessage = z.infer<typeof mcpMessage>;
export type McpAnswer = z.infer<typeof mcpAnswer>;
export type McpQuery = z.infer<typeof mcpQuery>;
