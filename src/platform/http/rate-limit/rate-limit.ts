import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseNow } from '../../clock/database-clock.js';
import { Config } from '../../config/config.js';
import { defineError } from '../../errors.js';
import { isApiRoute } from '../api/api-route.js';
import { networkOf } from '../server/caller-address.js';
import { CallCounter } from './call-counter.js';

const WINDOW_SECONDS = 60;
const WINDOW_MS = WINDOW_SECONDS * 1_000;

export const tooManyRequests = defineError({
  code: 'request.too-many',
  kind: 'too-many',
  title: 'Too many requests in this minute; retry in the next one.',
});

/**
 * Limits API calls per minute of the clock. Responses carry the remaining quota, as in
 * draft-ietf-httpapi-ratelimit-headers. Webhooks, probes, documents and the page are not counted.
 */
@Injectable()
export class RateLimit {
  constructor(
    private readonly config: Config,
    private readonly counter: CallCounter,
  ) {}

  /** Whether calls of this route are counted. */
  counts(request: FastifyRequest): boolean {
    return isApiRoute(request.routeOptions.url);
  }

  /**
   * Counts a call of an authenticated user.
   * @throws `request.too-many` with the time to wait
   */
  async countUser(userId: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.count('user', userId, this.config.userCallsPerMinute, request, reply);
  }

  /**
   * Counts a call without a valid token, by its network address.
   * @throws `request.too-many` with the time to wait
   */
  async countAnonymous(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.count('anonymous', networkOf(request.ip), this.config.anonymousCallsPerMinute, request, reply);
  }

  private async count(
    policy: string,
    key: string,
    quota: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (!this.counts(request)) return;
    const now = databaseNow();
    const window = Math.floor(now / WINDOW_MS);
    const calls = await this.counter.count(`${policy}:${key}`, window, WINDOW_MS);
    const secondsLeft = Math.ceil(((window + 1) * WINDOW_MS - now) / 1_000);
    reply.header('ratelimit-policy', `"${policy}";q=${quota};w=${WINDOW_SECONDS}`);
    reply.header('ratelimit', `"${policy}";r=${Math.max(0, quota - calls)};t=${secondsLeft}`);
    if (calls > quota) throw tooManyRequests(undefined, { retryAfterSeconds: secondsLeft });
  }
}
