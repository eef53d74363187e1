/** The spans of the figures, with the buckets of the chart in seconds. */
export const RANGES = {
  '1h': { seconds: 3_600, bucket: 60 },
  '24h': { seconds: 86_400, bucket: 1_800 },
  '7d': { seconds: 604_800, bucket: 10_800 },
  '30d': { seconds: 2_592_000, bucket: 86_400 },
} as const;

export type Range = keyof typeof RANGES;

export interface OverviewSearch {
  readonly range?: Range;
}

export const overviewSearch = ({ range }: Record<string, unknown>): OverviewSearch =>
  typeof range === 'string' && range in RANGES ? { range: range as Range } : {};
