import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { permissionDenied, workspaceNotFound } from '../../../access/public/access.errors.js';
import { CurrentUser } from '../../../identity/public/current-user.js';
import type { Principal } from '../../../identity/public/principal.js';
import { Answers, Describe, Fails, Takes } from '../../../platform/http/api/answers.js';
import { EVENT_TYPES_READ } from './event-type.declarations.js';
import { ManageEventTypes } from './manage-event-types.js';

const document = z.looseObject({ asyncapi: z.string() }).describe('an AsyncAPI 3.0 document');

@ApiTags('Event types')
@Controller('v1/workspaces/:ws/asyncapi.json')
export class WorkspaceAsyncApiController {
  constructor(private readonly eventTypes: ManageEventTypes) {}

  @Describe(
    'Describe the realtime API of a workspace',
    'As `/asyncapi.json`, with the event types of the workspace. The schema `EventPayloads` has their payloads by type.',
  )
  @Get()
  @Takes(EVENT_TYPES_READ)
  @Answers(200, 'An AsyncAPI document.', document)
  @Fails(workspaceNotFound, permissionDenied)
  show(@CurrentUser() caller: Principal, @Param('ws') workspaceId: string): Promise<object> {
    return this.eventTypes.describe(caller, workspaceId);
  }
}
