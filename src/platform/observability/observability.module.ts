import { Global, Module } from '@nestjs/common';
import { Drain } from '../http/drain.js';
import { QueueProbe } from '../queues/queue-probe.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';

@Global()
@Module({
  controllers: [HealthController, MetricsController],
  providers: [Metrics, Readiness, QueueProbe, Drain],
  exports: [Metrics, Drain],
})
export class ObservabilityModule {}
