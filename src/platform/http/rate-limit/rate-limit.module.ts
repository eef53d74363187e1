import { Global, Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { CallCounter, MemoryCallCounter } from './call-counter.js';
import { RateLimit } from './rate-limit.js';
import { RedisCallCounter } from './redis-call-counter.js';

/** With Redis, all processes share the counters. */
@Global()
@Module({
  providers: [
    RateLimit,
    {
      provide: CallCounter,
      inject: [Config],
      useFactory: ({ redisUrl, redisPrefix }: Config) =>
        redisUrl === undefined ? new MemoryCallCounter() : new RedisCallCounter(redisUrl, redisPrefix),
    },
  ],
  exports: [RateLimit],
})
export class RateLimitModule {}
