import type { ReactNode } from 'react';
import { words } from '../../words/words.js';
import { useEndpointStats } from './endpoints-queries.js';

const percent = (rate: number): string => `${(Math.floor(rate * 1_000) / 10).toLocaleString('en')} %`;
const milliseconds = (ms: number): string => `${Math.round(ms).toLocaleString('en')} ms`;

/** The rate of accepted attempts in the last 24 hours. */
export function SuccessRate({ ws, id }: { readonly ws: string; readonly id: string }): ReactNode {
  const stats = useEndpointStats(ws, id).data;
  if (stats === undefined) return null;
  if (stats.successRate === null) return <span className="text-muted">{words.endpoints.noAttempts}</span>;
  return <span className={stats.successRate < 0.95 ? 'text-bad' : ''}>{percent(stats.successRate)}</span>;
}

/** How long the endpoint takes to answer, in the middle and at the slowest hundredth. */
export function Durations({ ws, id }: { readonly ws: string; readonly id: string }): ReactNode {
  const stats = useEndpointStats(ws, id).data;
  if (stats === undefined || stats.p50Ms === null || stats.p99Ms === null) return null;
  return `${milliseconds(stats.p50Ms)} / ${milliseconds(stats.p99Ms)}`;
}
