import { Injectable } from '@nestjs/common';
import { WorkspaceEventTypes } from '../../access/public/workspace-event-types.js';
import type { Transaction } from '../../platform/database/database.js';
import { declaredEvents } from '../../platform/events/define-event.js';
import { OutboundRequests } from '../../platform/http/outbound/outbound-requests.js';
import { WorkspaceSources } from '../../webhooks/public/workspace-sources.js';
import type { Endpoint } from './endpoint.entity.js';
import { endpointSourceUnknown, eventTypeUnknown } from './endpoint.errors.js';
import type { ChangeEndpointRequest } from './endpoint.schemas.js';

/** Reports mistakes in the fields of an endpoint to the caller early. */
@Injectable()
export class CheckEndpoint {
  constructor(
    private readonly outbound: OutboundRequests,
    private readonly eventTypes: WorkspaceEventTypes,
    private readonly workspaceSources: WorkspaceSources,
  ) {}

  /** Every attempt checks the URL again. @throws `address.refused`, `address.unresolved` */
  async url({ url }: ChangeEndpointRequest): Promise<void> {
    if (url !== undefined) await this.outbound.check(url);
  }

  /** Reads the types of the workspace: call it after the check of rights. @throws `endpoint.unknown-event-type` */
  async types(tx: Transaction, workspaceId: string, { eventTypes = [] }: ChangeEndpointRequest): Promise<void> {
    const declared = new Set(declaredEvents().map(({ name }) => name));
    const others = eventTypes.filter((name) => !declared.has(name));
    const unknown = await this.eventTypes.undefinedIn(tx, workspaceId, others);
    if (unknown.length > 0) throw eventTypeUnknown(unknown.join(', '));
  }

  /**
   * Those that the endpoint has already may have been deleted since.
   * @throws `endpoint.unknown-source`
   */
  async sources(
    tx: Transaction,
    { workspaceId, sourceIds: present }: Pick<Endpoint, 'workspaceId' | 'sourceIds'>,
    { sourceIds = [] }: ChangeEndpointRequest,
  ): Promise<void> {
    const added = sourceIds.filter((id) => !present.includes(id));
    const unknown = await this.workspaceSources.unknownIn(tx, workspaceId, added);
    if (unknown.length > 0) throw endpointSourceUnknown(unknown.join(', '));
  }
}
