import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { Bus } from './bus.js';

/** Bus metrics, collected at every scrape. */
@Injectable()
export class BusMetrics {
  constructor(metrics: Metrics, bus: Bus) {
    metrics.gauge({
      name: 'tidings_bus_connected',
      help: 'Whether bus messages reach this process: 1 or 0.',
      collect: (gauge) => gauge.set(bus.connected ? 1 : 0),
    });
    metrics.gauge({
      name: 'tidings_bus_outages',
      help: 'How often the bus connection was lost since the start of this process.',
      collect: (gauge) => gauge.set(bus.outages),
    });
  }
}
