import { Body, Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { permissionDenied, workspaceNotFound } from '../../../access/public/access.errors.js';
import { Caller, type RequestActor } from '../../../identity/public/caller.js';
import { CurrentUser } from '../../../identity/public/current-user.js';
import type { Principal } from '../../../identity/public/principal.js';
import { Answers, Describe, Fails, Takes } from '../../../platform/http/api/answers.js';
import { requestInvalid } from '../../../platform/http/api/problem.js';
import { typeName } from '../publish.schemas.js';
import { typeReserved } from '../topic.errors.js';
import { EVENT_TYPES_MANAGE, EVENT_TYPES_READ } from './event-type.declarations.js';
import { eventTypeNotFound, eventTypesTooMany, schemaInvalid } from './event-type.errors.js';
import {
  eventTypeRequest,
  eventTypeResponse,
  eventTypesQuery,
  eventTypesResponse,
  type EventTypeRequest,
  type EventTypeResponse,
  type EventTypesQuery,
  type EventTypesResponse,
} from './event-type.schemas.js';
import { ManageEventTypes } from './manage-event-types.js';

/** For a parameter that is the name of a type. */
function checkedType(value: string): string {
  if (!typeName.safeParse(value).success) throw requestInvalid('type: not the name of an event type');
  return value;
}

const TypePipe = { transform: checkedType };

@ApiTags('Event types')
@Controller('v1/workspaces/:ws/event-types')
@Fails(workspaceNotFound, permissionDenied)
export class EventTypesController {
  constructor(private readonly eventTypes: ManageEventTypes) {}

  @Describe('List event types of a workspace', 'Types that are not in the catalogue can be published with any payload.')
  @Get()
  @Takes(EVENT_TYPES_READ)
  @Answers(200, 'A page of event types, in the order of their names.', eventTypesResponse)
  list(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Query({ schema: eventTypesQuery }) query: EventTypesQuery,
  ): Promise<EventTypesResponse> {
    return this.eventTypes.list(caller, workspaceId, query);
  }

  @Describe('Read an event type', 'With its schema, if it has one.')
  @Get(':type')
  @Takes(EVENT_TYPES_READ)
  @Answers(200, 'The event type.', eventTypeResponse)
  @Fails(eventTypeNotFound)
  read(
    @CurrentUser() caller: Principal,
    @Param('ws') workspaceId: string,
    @Param('type', TypePipe) type: string,
  ): Promise<EventTypeResponse> {
    return this.eventTypes.find(caller, { workspaceId, type });
  }

  @Describe(
    'Create or replace an event type',
    'From the answer on, events of this type are refused if their payload does not fit the schema. A schema has at most ' +
      '32 KiB, refers only to itself, is not recursive, and its patterns are matched in linear time.',
  )
  @Put(':type')
  @Takes(EVENT_TYPES_MANAGE)
  @Answers(200, 'The event type.', eventTypeResponse)
  @Fails(typeReserved, schemaInvalid, eventTypesTooMany)
  put(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('type', TypePipe) type: string,
    @Body({ schema: eventTypeRequest }) request: EventTypeRequest,
  ): Promise<EventTypeResponse> {
    return this.eventTypes.put(actor, { workspaceId, type }, request);
  }

  @Describe('Delete an event type', 'Its events stay, and new ones are accepted with any payload.')
  @Delete(':type')
  @Takes(EVENT_TYPES_MANAGE)
  @Answers(204, 'The event type has been deleted.')
  @Fails(eventTypeNotFound)
  async delete(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('type', TypePipe) type: string,
  ): Promise<void> {
    await this.eventTypes.delete(actor, { workspaceId, type });
  }
}
