import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Bus } from './bus.js';
import { PostgresBus } from './postgres-bus.js';
import { RedisBus } from './redis-bus.js';

@Global()
@Module({})
export class BusModule {
  static forRoot({ databaseUrl, redisUrl, redisPrefix }: BusOptions): DynamicModule {
    const bus = () => (redisUrl === undefined ? new PostgresBus(databaseUrl) : new RedisBus(redisUrl, redisPrefix));
    return { module: BusModule, providers: [{ provide: Bus, useFactory: bus }], exports: [Bus] };
  }
}

interface BusOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly redisPrefix: string;
}
