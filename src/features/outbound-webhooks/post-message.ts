import { Injectable } from '@nestjs/common';
import { OutboundRequests } from '../../platform/http/outbound/outbound-requests.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import type { ClaimedMessage } from './message.store.js';
import { signedHeaders } from './sign-message.js';

const TIMEOUT_MS = 15_000;
const USER_AGENT = 'Tidings (outbound webhooks)';

/** The response of an endpoint to a message. */
export interface PostResult {
  /** Null: no response. */
  readonly status: number | null;
  /** Null: the endpoint accepted the message. */
  readonly error: string | null;
  readonly retryAfterMs?: number | undefined;
}

/** Makes one attempt. Signs the message anew, since receivers reject old timestamps, and resolves the URL anew. */
@Injectable()
export class PostMessage {
  constructor(
    private readonly outbound: OutboundRequests,
    private readonly secretBox: SecretBox,
  ) {}

  /** Never throws: an error becomes the result. */
  async send({ id, body, url, endpointId, secrets }: ClaimedMessage, signal: AbortSignal): Promise<PostResult> {
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
      const isAccepted = status >= 200 && status < 300;
      return { status, retryAfterMs, error: isAccepted ? null : `answered ${status}` };
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message.slice(0, 500) : 'unknown' };
    }
  }
}
