import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Bus } from './bus.js';
import { BusMetrics } from './bus-metrics.js';
import { PostgresWire } from './postgres-wire.js';
import { RedisWire } from './redis-wire.js';

@Global()
@Module({})
export class BusModule {
  static forRoot({ databaseUrl, redisUrl, redisPrefix }: BusOptions): DynamicModule {
    const wire = () => (redisUrl === undefined ? new PostgresWire(databaseUrl) : new RedisWire(redisUrl, redisPrefix));
    const bus = { provide: Bus, useFactory: () => new Bus(wire()) };
    return { module: BusModule, providers: [bus, BusMetrics], exports: [Bus] };
  }
}

interface BusOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly redisPrefix: string;
}
