/** A parsed `traceparent` of the W3C Trace Context. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether the caller records this trace. */
  readonly isSampled: boolean;
}

const FORM = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** @returns undefined for a value that the specification tells to ignore */
export function parseTraceParent(text: unknown): TraceParent | undefined {
  if (typeof text !== 'string' || text.length > 200) return undefined;
  const [, version, traceId, spanId, flags = '', rest] = FORM.exec(text) ?? [];
  // Version 00 ends with the flags; later ones may append fields.
  if (traceId === undefined || spanId === undefined || (version === '00' && rest !== undefined)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** The `traceparent` of a recorded span. */
export const writeTraceParent = ({ traceId, spanId }: Omit<TraceParent, 'isSampled'>): string =>
  `00-${traceId}-${spanId}-01`;
