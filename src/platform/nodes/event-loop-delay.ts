import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { singleFlight } from '../concurrency/single-flight.js';

const RESOLUTION_MS = 10;
const NANOSECONDS = 1e6;

/** How long an answer takes at least. */
export const MEASURE_MS = 200;

export interface EventLoopDelay {
  readonly p50: number;
  readonly p99: number;
}

/** Measures how late timers of this process are, in milliseconds, during MEASURE_MS from the call on. */
export const measureEventLoopDelay: () => Promise<EventLoopDelay> = singleFlight(async () => {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await delay(MEASURE_MS);
  histogram.disable();
  return { p50: lateness(histogram.percentile(50)), p99: lateness(histogram.percentile(99)) };
});

/** The histogram holds the time between two samples, which is the resolution where nothing is late. */
function lateness(nanoseconds: number): number {
  const milliseconds = Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS);
  return Math.round(milliseconds * 10) / 10;
}
