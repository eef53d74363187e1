import { Injectable } from '@nestjs/common';
import { Access } from '../../access/contracts/access.js';
import type { CallBy } from '../../identity/contracts/caller.js';
import { declaredEvents } from '../../platform/events/define-event.js';
import { OutboundRequests } from '../../platform/http/outbound/outbound-requests.js';
import { eventTypeUnknown } from './endpoint.errors.js';
import type { ChangeEndpointRequest } from './endpoint.shapes.js';

/** What may be sent, and where to. */
@Injectable()
export class CheckEndpoint {
  constructor(
    private readonly access: Access,
    private readonly outbound: OutboundRequests,
  ) {}

  /**
   * The address is checked again at every attempt: here a mistake is told to who makes it.
   * @throws `endpoint.unknown-event-type`, `address.refused`, `address.unresolved`
   */
  async run({ url, eventTypes = [] }: ChangeEndpointRequest): Promise<void> {
    const known = new Set(declaredEvents().map(({ name }) => name));
    const unknown = eventTypes.filter((name) => !known.has(name));
    if (unknown.length > 0) throw eventTypeUnknown(unknown.join(', '));
    if (url !== undefined) await this.outbound.check(url);
  }

  async permissionsOf({ principal }: CallBy, workspaceId: string): Promise<string[]> {
    return [...((await this.access.permissionsIn(principal, workspaceId)) ?? [])].toSorted();
  }
}
