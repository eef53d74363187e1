import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { createHash } from 'node:crypto';
import webPush from 'web-push';
import { Config } from '../../../platform/config/config.js';
import { isReachableContact } from '../../../platform/config/vapid-keys.js';
import { OutboundRequests } from '../../../platform/http/outbound/outbound-requests.js';
import {
  outcomeOfStatus,
  type SendGuard,
  type PushRequest,
  type PushOutcome,
  type PushService,
} from './push-service.js';
import { vapidHeader } from './vapid-header.js';

const TIMEOUT_MS = 10_000;

/** Pushes to browsers: RFC 8030, encrypted for the subscription (RFC 8291), signed with the server's key (RFC 8292). */
@Injectable()
export class WebPush implements PushService, OnModuleInit {
  /** Each browser has its own endpoint. */
  readonly max = 1;

  constructor(
    private readonly config: Config,
    private readonly outbound: OutboundRequests,
  ) {}

  onModuleInit(): void {
    const { vapid } = this.config;
    if (vapid === undefined || isReachableContact(vapid.subject)) return;
    new Logger(WebPush.name).warn(
      `Web Push uses the contact ${vapid.subject}, which Apple rejects: set VAPID_SUBJECT, ADMIN_EMAIL or an https PUBLIC_URL`,
    );
  }

  send(requests: readonly PushRequest[], guard: SendGuard): Promise<PushOutcome[]> {
    return Promise.all(requests.map((request) => this.sendOne(request, guard)));
  }

  private async sendOne({ target, message }: PushRequest, guard: SendGuard): Promise<PushOutcome> {
    const { endpoint, p256dh, auth } = target;
    const { vapid } = this.config;
    if (vapid === undefined) return { kind: 'rejected', reason: 'The server has no VAPID key.' };
    const { ttlSeconds, subject, ...shown } = message;
    const details = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh: p256dh ?? '', auth: auth ?? '' } },
      JSON.stringify({ ...shown, subject }),
      { TTL: ttlSeconds, topic: topicOf(subject) },
    );
    const request = {
      method: 'POST',
      url: endpoint,
      headers: { ...details.headers, Authorization: await vapidHeader(endpoint, vapid) },
      body: details.body ?? '',
      timeoutMs: TIMEOUT_MS,
    } as const;
    const { status, retryAfterMs } = await this.outbound.send({ ...request, ...guard });
    return outcomeOfStatus(status, retryAfterMs);
  }
}

/** At most 32 characters; a hash, so that the push service does not learn ids. */
const topicOf = (subject: string): string => createHash('sha256').update(subject).digest('base64url').slice(0, 32);
