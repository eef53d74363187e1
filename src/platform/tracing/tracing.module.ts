import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Metrics } from '../metrics/metrics.js';
import { ExportReport } from './export-report.js';
import { Tracing } from './tracing.js';

/** Traces for OpenTelemetry, off without OTEL_EXPORTER_OTLP_ENDPOINT. */
@Global()
@Module({
  providers: [{ provide: Tracing, useFactory: tracingFrom, inject: [Config, Metrics] }],
  exports: [Tracing],
})
export class TracingModule {}

/** Loads OpenTelemetry only where it is on. */
async function tracingFrom(config: Config, metrics: Metrics): Promise<Tracing> {
  const report = new ExportReport(metrics);
  const { otelExporterOtlpEndpoint: endpoint, otelServiceName: serviceName } = config;
  if (endpoint === undefined) return new Tracing();
  const { OtlpExport } = await import('./otlp-export.js');
  const target = { endpoint, headers: config.otelExporterOtlpHeaders, serviceName };
  return new Tracing(new OtlpExport(target, report), config.otelTracesSamplerArg);
}
