import type { MessageStatus } from './endpoints-queries.js';

/** The state of an endpoint's messages, in the address. */
export interface EndpointSearch {
  readonly status?: MessageStatus;
  /** The opened message. */
  readonly message?: string;
  /** The replay whose progress is shown. */
  readonly replay?: string;
}

const isStatus = (value: unknown): value is MessageStatus =>
  value === 'pending' || value === 'delivered' || value === 'failed';

export const endpointSearch = ({ status, message, replay }: Record<string, unknown>): EndpointSearch => ({
  ...(isStatus(status) && { status }),
  ...(typeof message === 'string' && { message }),
  ...(typeof replay === 'string' && { replay }),
});
