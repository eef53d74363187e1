import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AnsweredMessage } from './answer-message.js';
import type { McpMessage } from './mcp.schemas.js';
import { OwnApi } from './own-api.js';

/** Answers messages of agents with tools that call the routes of this process. */
@Injectable()
export class ServeMessage {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  async run(request: FastifyRequest, message: McpMessage, workspace: string | undefined): Promise<AnsweredMessage> {
    // Loaded with the first message: the SDK takes 9 MiB, and most processes get none.
    const { answerMessage } = await import('./answer-message.js');
    const api = new OwnApi(this.adapterHost.httpAdapter.getInstance<FastifyInstance>(), request);
    return answerMessage(request, message, api, workspace);
  }
}
