import { Injectable } from '@nestjs/common';
import { DeliveryStore } from '../deliveries/delivery.store.js';

/** A received webhook as its sender sent it, without the headers that carry credentials. */
export interface ReceivedContent {
  readonly method: 'POST' | 'GET';
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The query for a webhook by GET. */
  readonly body: Buffer;
}

/** Reads the raw content of deliveries. */
@Injectable()
export class DeliveryContent {
  constructor(private readonly deliveries: DeliveryStore) {}

  /** @returns undefined when the delivery is no longer stored */
  async find(workspaceId: string, deliveryId: string): Promise<ReceivedContent | undefined> {
    const delivery = await this.deliveries.find(workspaceId, deliveryId);
    if (delivery === null) return undefined;
    return { method: delivery.method ?? 'POST', headers: delivery.headers, body: delivery.body };
  }
}
