interface Received {
  readonly id: string;
  readonly receivedAt: string;
}
interface Published {
  readonly ts: number;
  readonly payload?: unknown;
}

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly count: number;
}

/** Milliseconds from the acceptance of each delivery to its event; undefined when no event belongs to a delivery. */
export function latencyOf(deliveries: readonly Received[], events: readonly Published[]): Latency | undefined {
  const receivedAt = new Map(deliveries.map((delivery) => [delivery.id, Date.parse(delivery.receivedAt)]));
  const spans = events
    .flatMap(({ ts, payload }) => {
      const { deliveryId } = (payload ?? {}) as { deliveryId?: string };
      const begin = receivedAt.get(deliveryId ?? '');
      return begin === undefined ? [] : Math.max(0, ts - begin);
    })
    .toSorted((one, other) => one - other);
  const at = (share: number): number => spans[Math.min(spans.length - 1, Math.floor(spans.length * share))] ?? 0;
  return spans.length === 0 ? undefined : { p50Ms: at(0.5), p99Ms: at(0.99), count: spans.length };
}
