import { z } from 'zod';
import { defineChannelKind } from '../../access/public/define-channel-kind.js';
import { defineNotification } from '../../access/public/define-notification.js';
import { definePermission } from '../../access/public/define-permission.js';
import { defineEvent } from '../../platform/events/define-event.js';

export const WEBHOOKS_READ = definePermission('webhooks:read', ['member', 'viewer']);
export const WEBHOOKS_MANAGE = definePermission('webhooks:manage', []);

/** `webhooks:<workspaceId>`: received webhooks, in the order of processing. */
export const webhooksChannel = defineChannelKind({ noun: 'webhooks', owner: 'workspace', permission: WEBHOOKS_READ });

export const webhookReceived = defineEvent(
  'webhook:received',
  z.object({
    deliveryId: z.uuid(),
    sourceId: z.uuid(),
    provider: z.string(),
    eventType: z.string().describe("the sender's name for what happened, e.g. `pull_request.opened`"),
    title: z.string().describe('one line to show to a user'),
    url: z.string().nullable(),
    sender: z.string().nullable(),
  }),
);

/** The delivery is not retried automatically; a user can replay it. */
export const webhookFailed = defineEvent(
  'webhook:failed',
  z.object({
    workspaceId: z.uuid(),
    deliveryId: z.uuid(),
    sourceId: z.uuid(),
    provider: z.string(),
    title: z.string().describe('one line to show to a user'),
    error: z.string(),
  }),
);

/** Every event of the channel has a title, so that clients can list them without knowing their types. */
export const failedTitle = (provider: string): string => `A webhook from ${provider} could not be processed`;

defineNotification({
  kind: 'webhook.failed',
  description: 'A webhook could not be processed; it can be replayed.',
  event: webhookFailed,
  notificationsOf: ({ workspaceId, deliveryId, sourceId, provider, error }) => [
    {
      recipients: 'everybody',
      requires: { workspaceId, permission: WEBHOOKS_MANAGE },
      subject: `source:${sourceId}`,
      title: failedTitle(provider),
      body: error,
      path: `/workspaces/${workspaceId}/deliveries/${deliveryId}`,
    },
  ],
});
