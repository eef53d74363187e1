import { traceOf } from '../../platform/events/logged-event.js';
import type { Span, Tracing } from '../../platform/tracing/tracing.js';
import type { EventBatch } from './event-batch.js';

/** Makes one span for each traced event of a batch, for all subscribers of the channel on this node. */
export const deliveryTrace = (tracing: Tracing) =>
  tracing.isOn ? (channel: string, batch: EventBatch) => beginDelivery(tracing, channel, batch) : undefined;

function beginDelivery(tracing: Tracing, channel: string, batch: EventBatch) {
  if (!batch.mayBeTraced) return undefined;
  const spans = batch.texts().flatMap((text) => spanOf(tracing, channel, text) ?? []);
  return (subscribers: number): void => {
    for (const span of spans) {
      span.set({ 'tidings.connections': subscribers });
      span.end();
    }
  };
}

function spanOf(tracing: Tracing, channel: string, text: string): Span | undefined {
  const span = tracing.continue('event deliver', 'internal', traceOf(text));
  if (span === undefined) return undefined;
  const { id, type, offset } = JSON.parse(text) as { id: string; type: string; offset: number };
  span.set({
    'tidings.event_id': id,
    'tidings.event_type': type,
    'tidings.channel': channel,
    'tidings.offset': offset,
  });
  return span;
}
