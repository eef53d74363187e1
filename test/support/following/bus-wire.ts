import { PostgresWire } from '../../../src/platform/bus/postgres-wire.js';
import { RedisWire } from '../../../src/platform/bus/redis-wire.js';
import type { Wire } from '../../../src/platform/bus/wire.js';

/** The wire that a server with the settings of this run uses. */
export function busWire(databaseUrl: string, redisPrefix: string): Wire {
  const redisUrl = process.env['REDIS_URL'];
  return redisUrl === undefined ? new PostgresWire(databaseUrl) : new RedisWire(redisUrl, redisPrefix);
}
