import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { Access } from '../../../access/public/access.js';
import { WorkspaceEventTypes } from '../../../access/public/workspace-event-types.js';
import type { RequestActor } from '../../../identity/public/caller.js';
import type { Principal } from '../../../identity/public/principal.js';
import { Audit } from '../../../platform/audit/audit.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { pageOf } from '../../../platform/http/api/page.js';
import { requestInvalid } from '../../../platform/http/api/problem.js';
import { asyncApiDocument } from '../../../realtime/public/asyncapi-document.js';
import { isReservedType } from '../../../realtime/public/reserved-types.js';
import { typeReserved } from '../topic.errors.js';
import { schemaProblem } from './compile-schema.js';
import { customEvents } from './custom-events.js';
import { EVENT_TYPES_MANAGE, EVENT_TYPES_READ } from './event-type.declarations.js';
import { eventTypeNotFound, eventTypesTooMany, schemaInvalid } from './event-type.errors.js';
import {
  deleteEventType,
  findEventType,
  knownTypes,
  listEventTypes,
  lockCatalogue,
  saveEventType,
  type EventType,
  type TypeName,
} from './event-type.store.js';
import type { EventTypeRequest, EventTypeResponse, EventTypesQuery, EventTypesResponse } from './event-type.schemas.js';
import type { JsonSchema } from './schema-rules.js';

const MAX_EVENT_TYPES = 200;
const MAX_SCHEMA_BYTES = 32 * 1024;
const MAX_CATALOGUE_BYTES = 1024 * 1024;

/** Reads and changes the event types of a workspace. */
@Injectable()
export class ManageEventTypes implements OnModuleInit {
  constructor(
    private readonly access: Access,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly workspaceTypes: WorkspaceEventTypes,
  ) {}

  onModuleInit(): void {
    this.workspaceTypes.add(knownTypes);
  }

  /** @throws the errors of `Access.require` */
  async list(
    caller: Principal,
    workspaceId: string,
    { limit, cursor = '' }: EventTypesQuery,
  ): Promise<EventTypesResponse> {
    await this.access.require(caller, workspaceId, EVENT_TYPES_READ);
    const rows = await listEventTypes(this.database, workspaceId, cursor, limit + 1);
    return pageOf(rows, limit, ({ type }) => type, showEventType);
  }

  /** Describes the realtime API with the workspace's events, as AsyncAPI. @throws the errors of `Access.require` */
  async describe(caller: Principal, workspaceId: string): Promise<object> {
    await this.access.require(caller, workspaceId, EVENT_TYPES_READ);
    const types = await listEventTypes(this.database, workspaceId, '', MAX_EVENT_TYPES);
    return asyncApiDocument(customEvents(types));
  }

  /** @throws `event-type.not-found`, and the errors of `Access.require` */
  async find(caller: Principal, name: TypeName): Promise<EventTypeResponse> {
    await this.access.require(caller, name.workspaceId, EVENT_TYPES_READ);
    const found = await findEventType(this.database, name);
    if (found === undefined) throw eventTypeNotFound();
    return showEventType(found);
  }

  /**
   * The schema is in force for each publish that begins after the answer.
   * @throws `request.invalid`, `publish.reserved-type`, `event-type.invalid-schema`, `event-type.too-many`
   */
  async put(
    actor: RequestActor,
    name: TypeName,
    { type, description, schema }: EventTypeRequest,
  ): Promise<EventTypeResponse> {
    await this.access.require(actor.principal, name.workspaceId, EVENT_TYPES_MANAGE);
    if ((type ?? name.type) !== name.type) throw requestInvalid('type: differs from the path');
    if (isReservedType(name.type)) throw typeReserved();
    const text = schema === undefined ? null : schemaText(schema);
    return this.change(actor, name, async (tx, before) => {
      const others = await lockCatalogue(tx, name);
      const bytes = others.bytes + Buffer.byteLength(text ?? '');
      if (others.count >= MAX_EVENT_TYPES || bytes > MAX_CATALOGUE_BYTES) throw eventTypesTooMany();
      const saved = await saveEventType(tx, name, { description, schema: text });
      await this.record(tx, 'event-type.saved', actor, { name, before, after: saved });
      return showEventType(saved);
    });
  }

  /** Events of the type stay, and new ones are accepted with any payload. @throws `event-type.not-found` */
  async delete(actor: RequestActor, name: TypeName): Promise<void> {
    await this.change(actor, name, async (tx, before) => {
      if (before === undefined) throw eventTypeNotFound();
      await deleteEventType(tx, name);
      await this.record(tx, 'event-type.deleted', actor, { name, before });
    });
  }

  private change<Result>(
    { principal }: RequestActor,
    name: TypeName,
    work: (tx: Transaction, before: EventType | undefined) => Promise<Result>,
  ): Promise<Result> {
    return this.access.transaction(principal, name.workspaceId, EVENT_TYPES_MANAGE, async (tx) =>
      work(tx, await findEventType(tx, name)),
    );
  }

  private async record(
    tx: Transaction,
    action: `event-type.${string}`,
    actor: RequestActor,
    { name: { workspaceId, type: target }, before, after }: Change,
  ): Promise<void> {
    const states = { before: before && auditedType(before), after: after && auditedType(after) };
    await this.audit.record(tx, { action, actor, workspaceId, target, ...states });
  }
}

interface Change {
  readonly name: TypeName;
  readonly before?: EventType | undefined;
  readonly after?: EventType;
}

/** @throws `event-type.invalid-schema` */
function schemaText(schema: JsonSchema): string {
  const text = JSON.stringify(schema);
  if (Buffer.byteLength(text) > MAX_SCHEMA_BYTES) throw schemaInvalid('The schema is larger than 32 KiB.');
  const problem = schemaProblem(schema);
  if (problem !== undefined) throw schemaInvalid(`schema${problem.pointer}: ${problem.reason}`);
  return text;
}

/** The audit trail names a schema by its hash. */
function auditedType({ description, schema }: EventType) {
  return { description, schemaHash: schema === null ? null : createHash('sha256').update(schema).digest('hex') };
}

function showEventType({ type, description, schema, updatedAt }: EventType): EventTypeResponse {
  const parsed = schema === null ? {} : { schema: JSON.parse(schema) as JsonSchema };
  return { type, description, ...parsed, updatedAt: updatedAt.toISOString() };
}
