import { timeOfId } from '../../platform/ids.js';
import { webhookReceived } from '../../webhooks/public/webhooks.declarations.js';

/** When an event began, in milliseconds since 1970 by the database's clock. */
export interface OriginTimes {
  /** When it was appended. */
  readonly eventAt: number;
  /** When its webhook arrived; undefined for an event of another origin. */
  readonly webhookAt: number | undefined;
}

const WEBHOOK_START = `{"type":"${webhookReceived.name}"`;
const TIME_KEY = '"ts":';
const DELIVERY_KEY = '"payload":{"deliveryId":"';
const ID_LENGTH = 36;

/**
 * Reads the times from the text of an event, whose members have a fixed order, without parsing it: this runs once for
 * each batch of events. The id of a delivery holds the time of its arrival.
 */
export function originTimes(json: string): OriginTimes {
  const eventAt = Number.parseInt(json.slice(json.indexOf(TIME_KEY) + TIME_KEY.length), 10);
  if (!json.startsWith(WEBHOOK_START)) return { eventAt, webhookAt: undefined };
  const at = json.indexOf(DELIVERY_KEY);
  if (at < 0) return { eventAt, webhookAt: undefined };
  const start = at + DELIVERY_KEY.length;
  return { eventAt, webhookAt: timeOfId(json.slice(start, start + ID_LENGTH)) };
}
