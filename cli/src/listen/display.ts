import type { LogEvent } from './channel-log.js';
import type { Outcome } from './forward.js';

/** A delivery that was forwarded, or could not be. */
export interface Row {
  readonly deliveryId: string;
  readonly eventType: string;
  readonly title: string;
  readonly sourceId: string;
  /** The time of its event, in milliseconds since 1970. */
  readonly ts: number;
  readonly outcome: Outcome | { readonly kind: 'gone' };
}

/** The connection to the server. */
export type Link = 'live' | 'reconnecting';

/** Shows what `listen` does. */
export interface Display {
  row(row: Row): void;
  /** A condition that the user should know of, and that ends by itself or not at all. */
  notice(code: NoticeCode, text: string): void;
  link(link: Link): void;
  /** Gives the terminal back. */
  end(): void;
}

export type NoticeCode =
  | 'started'
  | 'continued'
  | 'target-down'
  | 'target-up'
  | 'target-crashes'
  | 'server-lost'
  | 'server-back'
  | 'events-lost'
  | 'history-changed';

interface WebhookPayload {
  readonly deliveryId: string;
  readonly sourceId: string;
  readonly eventType?: string;
  readonly title: string;
}

/** A delivery that an event is about: received, or received and not readable for the server. */
export function deliveryOf(event: LogEvent): WebhookPayload | undefined {
  const isDelivery = event.type === 'webhook:received' || event.type === 'webhook:failed';
  return isDelivery ? (event.payload as WebhookPayload) : undefined;
}

export function statusText(outcome: Row['outcome']): string {
  if (outcome.kind === 'answered') return String(outcome.status);
  return { down: 'down', lost: 'lost', timeout: 'timeout', gone: 'gone' }[outcome.kind];
}

export const msOf = (outcome: Row['outcome']): number | undefined => ('ms' in outcome ? outcome.ms : undefined);
