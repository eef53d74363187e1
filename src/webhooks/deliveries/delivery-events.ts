import { Injectable } from '@nestjs/common';
import { LogSearch } from '../../platform/events/log-search.js';
import { webhooksChannelOf } from '../public/webhooks.declarations.js';
import type { Delivery } from './delivery.entity.js';
import type { EventPlace } from './delivery.schemas.js';

/** Finds the events of deliveries in the log. The lookup is here, so that no delivery pays for it at its commit. */
@Injectable()
export class DeliveryEvents {
  constructor(private readonly log: LogSearch) {}

  /** Null without an event, or when the log no longer holds it. */
  async placeOf({ workspaceId, eventId: id, eventPath }: Delivery): Promise<EventPlace> {
    if (id === null) return null;
    const channel = webhooksChannelOf(workspaceId, eventPath);
    const offset = await this.log.offsetOf(channel, id);
    return offset === undefined ? null : { channel, offset, id };
  }
}
