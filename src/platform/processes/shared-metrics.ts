import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import cluster from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import { Metrics } from '../metrics/metrics.js';
import { isProcessMessage, METRICS_WITHIN_MS, type ProcessMessage } from './messages.js';

/** The metrics of all processes behind one port; those of this process if it runs alone. */
@Injectable()
export class SharedMetrics implements OnModuleInit, OnApplicationShutdown {
  private readonly waiting = new Map<number, (text: string) => void>();
  private asked = 0;

  constructor(private readonly metrics: Metrics) {}

  onModuleInit(): void {
    if (cluster.isWorker) process.on('message', this.onMessage);
  }

  onApplicationShutdown(): void {
    process.off('message', this.onMessage);
  }

  /** In the Prometheus text format. Without an answer of the supervisor, only the metrics of this process. */
  async text(): Promise<string> {
    if (!cluster.isWorker) return this.metrics.text();
    const id = ++this.asked;
    const answer = new Promise<string>((resolve) => this.waiting.set(id, resolve));
    send({ kind: 'metrics-wanted', id });
    const text = await Promise.race([answer, delay(2 * METRICS_WITHIN_MS, undefined, { ref: false })]);
    this.waiting.delete(id);
    return text ?? this.metrics.text();
  }

  private readonly onMessage = (message: unknown): void => {
    if (!isProcessMessage(message)) return;
    if (message.kind === 'all-metrics') this.waiting.get(message.id)?.(message.text);
    if (message.kind === 'read-metrics')
      void this.metrics.text().then((text) => send({ kind: 'metrics', id: message.id, text }));
  };
}

/** The supervisor may have ended: then this process is about to end, too. */
function send(message: ProcessMessage): void {
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
}
