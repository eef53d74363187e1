/** Messages between the supervisor and its processes. A process asks for the metrics of all. */
export type ProcessMessage =
  | { readonly kind: 'metrics-wanted'; readonly id: number }
  | { readonly kind: 'read-metrics'; readonly id: number }
  | { readonly kind: 'metrics'; readonly id: number; readonly text: string }
  | { readonly kind: 'all-metrics'; readonly id: number; readonly text: string };

/** How long a process has to answer. */
export const METRICS_WITHIN_MS = 1_000;

const KINDS: ReadonlySet<unknown> = new Set(['metrics-wanted', 'read-metrics', 'metrics', 'all-metrics']);

/** Other parts of Node use the same channel. */
export function isProcessMessage(message: unknown): message is ProcessMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && KINDS.has(message.kind);
}
