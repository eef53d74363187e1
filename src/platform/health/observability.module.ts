import { Global, Module } from '@nestjs/common';
import { Drain } from '../http/server/drain.js';
import { QueueProbe } from '../queues/queue-probe.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { DatabaseProbe } from './database-probe.js';
import { HealthController } from './health.controller.js';
import { Metrics } from '../metrics/metrics.js';
import { SharedMetrics } from '../processes/shared-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { Traffic } from '../traffic/traffic.js';
import { Readiness } from './readiness.js';

@Global()
@Module({
  imports: [SecretsModule],
  controllers: [HealthController, MetricsController],
  providers: [Metrics, SharedMetrics, Traffic, Readiness, DatabaseProbe, QueueProbe, Drain],
  exports: [Metrics, Traffic, Drain],
})
export class ObservabilityModule {}
