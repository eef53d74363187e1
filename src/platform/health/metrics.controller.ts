import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Config } from '../config/config.js';
import { defineError } from '../errors.js';
import { Answers, Describe, Fails } from '../http/api/answers.js';
import { Public } from '../http/api/public.js';
import { SharedMetrics } from '../processes/shared-metrics.js';

const metricsForbidden = defineError({
  code: 'metrics.forbidden',
  kind: 'forbidden',
  title: 'Metrics require the token in METRICS_TOKEN or, if it is unset, a request from this machine.',
});

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

@Public()
@ApiTags('Operations')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: SharedMetrics,
    private readonly config: Config,
  ) {}

  /** For Prometheus: `Authorization: Bearer <METRICS_TOKEN>`; without that setting, only from this machine. */
  @Describe(
    'Read the metrics',
    'Prometheus text format. Requires METRICS_TOKEN as a bearer token; if it is unset, only this machine may read the metrics.',
  )
  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  @ApiProduces('text/plain')
  @Answers(200, 'All metrics in the Prometheus text format.', z.string())
  @Fails(metricsForbidden)
  async readMetrics(@Req() request: FastifyRequest): Promise<string> {
    const { metricsToken } = this.config;
    const allowed = metricsToken === undefined ? isLocal(request) : carries(request, metricsToken);
    if (!allowed) throw metricsForbidden();
    return this.metrics.text();
  }
}

/** A proxy on this machine also has a loopback address, so forwarded requests do not count as local. */
function isLocal({ socket, headers }: FastifyRequest): boolean {
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some(
    (name) => name in headers,
  );
  return LOOPBACK.has(socket.remoteAddress ?? '') && LOCAL_HOST.test(headers.host ?? '') && !forwarded;
}

function carries({ headers }: FastifyRequest, token: string): boolean {
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));
}

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
