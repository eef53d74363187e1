import { peekObject } from './parse-body.js';
import type { ProviderAnswer, WebhookRequest } from './provider.js';

/**
 * The answer to "Test connection" in the Data Center products, which send `{"test": true}` without a signature
 * (https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html).
 */
export function answerPing({ headers, body, method = 'POST' }: WebhookRequest): ProviderAnswer | undefined {
  const isPing = method === 'POST' && headers['x-event-key'] === 'diagnostics:ping';
  return isPing && peekObject(body.subarray(0, 200))?.['test'] === true ? {} : undefined;
}
