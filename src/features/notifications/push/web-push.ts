import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { createHash } from 'node:crypto';
import webPush from 'web-push';
import { Config } from '../../../platform/config/config.js';
import { isReachableContact } from '../../../platform/config/vapid-keys.js';
import { OutboundRequests } from '../../../platform/http/outbound/outbound-requests.js';
import { outcomeOfStatus, type MaySend, type Parcel, type PushOutcome, type PushService } from './push-service.js';
import { vapidHeader } from './vapid-header.js';

const TIMEOUT_MS = 10_000;

/** To browsers: RFC 8030, encrypted for the subscription (RFC 8291), signed with our key (RFC 8292). */
@Injectable()
export class WebPush implements PushService, OnModuleInit {
  /** Each browser has an address of its own. */
  readonly max = 1;

  constructor(
    private readonly config: Config,
    private readonly outbound: OutboundRequests,
  ) {}

  onModuleInit(): void {
    const { vapid } = this.config;
    if (vapid === undefined || isReachableContact(vapid.subject)) return;
    new Logger(WebPush.name).warn(
      `Web Push goes out with the contact ${vapid.subject}, which Apple refuses: set VAPID_SUBJECT, ADMIN_EMAIL or an https PUBLIC_URL`,
    );
  }

  send(parcels: readonly Parcel[], may: MaySend): Promise<PushOutcome[]> {
    return Promise.all(parcels.map((parcel) => this.sendOne(parcel, may)));
  }

  private async sendOne({ target, message }: Parcel, may: MaySend): Promise<PushOutcome> {
    const { endpoint, p256dh, auth } = target;
    const { vapid } = this.config;
    if (vapid === undefined) return { kind: 'refused', reason: 'There is no key to sign with.' };
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
    const { status, retryAfterMs } = await this.outbound.send({ ...request, ...may });
    return outcomeOfStatus(status, retryAfterMs);
  }
}

/** 32 characters at the most; a hash, since the push service has no business with our ids. */
const topicOf = (subject: string): string => createHash('sha256').update(subject).digest('base64url').slice(0, 32);
