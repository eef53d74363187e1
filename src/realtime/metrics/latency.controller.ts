import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../../identity/public/admin-only.js';
import { Answers, Describe } from '../../platform/http/api/answers.js';
import { bucketTimes, figuresQuery, showWindow, windowOf, type FiguresQuery } from '../../platform/traffic/rollups.js';
import { percentilesOf } from './latency-percentiles.js';
import { latencyResponse, type LatencyResponse } from './latency.schemas.js';
import { LatencyStore } from './latency.store.js';

@AdminOnly()
@ApiTags('System')
@Controller('v1/system/latency')
export class LatencyController {
  constructor(private readonly store: LatencyStore) {}

  @Describe(
    'Read the latency from webhook to socket',
    'From the arrival of a webhook to the write to the last connection of a gateway, over all workspaces. Gateways measure the first webhook of each batch in a histogram, so percentiles are estimates; webhooks of more than an hour ago are replays and do not count.',
  )
  @Get()
  @Answers(200, 'Median and 99th percentile by bucket.', latencyResponse)
  async read(@Query({ schema: figuresQuery }) query: FiguresQuery): Promise<LatencyResponse> {
    const window = windowOf(query);
    const found = await this.store.read(window);
    const total: number[] = [];
    for (const counts of found.values()) counts.forEach((count, i) => (total[i] = (total[i] ?? 0) + count));
    const buckets = bucketTimes(window).map((at) => ({
      at: new Date(at).toISOString(),
      ...percentilesOf(found.get(at) ?? []),
    }));
    return { ...showWindow(window), total: percentilesOf(total), buckets };
  }
}
