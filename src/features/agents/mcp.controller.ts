import { Body, Controller, Delete, Get, MethodNotAllowedException, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, Describe } from '../../platform/http/api/answers.js';
import { mcpAnswer, mcpMessage, mcpQuery, type McpAnswer, type McpMessage, type McpQuery } from './mcp.schemas.js';
import { ServeMessage } from './serve-message.js';

@ApiTags('Agents')
@Controller('v1/mcp')
export class McpController {
  constructor(private readonly messages: ServeMessage) {}

  @Describe(
    'Send a message of the Model Context Protocol',
    'Streamable HTTP without sessions and without streams: each message is answered with JSON. The tools are calls of ' +
      'this API with the same credential: each call counts against the rate limit, beside the message itself, and takes ' +
      'the permission that its tool names. An error of a tool is a result with `isError: true`.',
  )
  @Post()
  @Answers(200, 'The JSON-RPC response.', mcpAnswer)
  @ApiResponse({ status: 202, description: 'The notification is accepted.' })
  @ApiResponse({ status: 400, description: 'As JSON, the JSON-RPC error of a message.', standardSchema: mcpAnswer })
  @ApiResponse({ status: 404, description: 'The JSON-RPC error of an unknown method.', standardSchema: mcpAnswer })
  async handleMessage(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: mcpQuery }) { workspace }: McpQuery,
    @Body({ schema: mcpMessage }) message: McpMessage,
  ): Promise<McpAnswer | undefined> {
    const { status, body } = await this.messages.run(request, message, workspace);
    reply.status(status);
    return body as McpAnswer | undefined;
  }

  /** The protocol asks for 405 where a server offers no stream and no session. */
  @Get()
  @ApiExcludeEndpoint()
  stream(): never {
    throw new MethodNotAllowedException();
  }

  @Delete()
  @ApiExcludeEndpoint()
  endSession(): never {
    throw new MethodNotAllowedException();
  }
}
