import { Injectable } from '@nestjs/common';
import { OutboundRequests } from '../../platform/http/outbound/outbound-requests.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import type { ClaimedMessage } from './message.store.js';
import { signedHeaders } from './sign-message.js';

const TIMEOUT_MS = 15_000;
const USER_AGENT = 'Tidings (outbound webhooks)';

/** How an endpoint took a message. */
export interface Answer {
  /** Null: there was none. */
  readonly status: number | null;
  /** Null: it was taken. */
  readonly error: string | null;
  readonly retryAfterMs?: number | undefined;
}

/** One attempt: signed now, since receivers refuse old timestamps, and only to an address that is public now. */
@Injectable()
export class PostMessage {
  constructor(
    private readonly outbound: OutboundRequests,
    private readonly secretBox: SecretBox,
  ) {}

  /** Never throws: whatever goes wrong is the answer. */
  async send({ id, body, url, endpointId, secrets }: ClaimedMessage, signal: AbortSignal): Promise<Answer> {
    try {
      const opened = secrets.map((sealed) => this.secretBox.open(sealed, endpointId));
      const headers = {
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        ...signedHeaders(id, body, opened),
      };
      const { status, retryAfterMs } = await this.outbound.send({
        method: 'POST',
        url,
        headers,
        body,
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      const taken = status >= 200 && status < 300;
      return { status, retryAfterMs, error: taken ? null : `answered ${status}` };
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message.slice(0, 500) : 'unknown' };
    }
  }
}
