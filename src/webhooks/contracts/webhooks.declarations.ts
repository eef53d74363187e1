import { z } from 'zod';
import { defineChannelKind } from '../../access/contracts/define-channel-kind.js';
import { defineNotice } from '../../access/contracts/define-notice.js';
import { definePermission } from '../../access/contracts/define-permission.js';
import { defineEvent } from '../../platform/events/define-event.js';
import { DISABLED_REASONS, type DisabledReason } from '../endpoints/disabled-reason.js';

export const WEBHOOKS_READ = definePermission('webhooks:read', ['member', 'viewer']);
export const WEBHOOKS_MANAGE = definePermission('webhooks:manage', []);

/** `webhooks:<workspaceId>`: what came in, in the order in which it was processed. */
export const webhooksChannel = defineChannelKind({ noun: 'webhooks', owner: 'workspace', permission: WEBHOOKS_READ });

export const webhookReceived = defineEvent(
  'webhook:received',
  z.object({
    deliveryId: z.uuid(),
    sourceId: z.uuid(),
    provider: z.string(),
    eventType: z.string().describe("the sender's name for what happened, e.g. `pull_request.opened`"),
    title: z.string().describe('one line for a person'),
    url: z.string().nullable(),
    sender: z.string().nullable(),
  }),
);

/** Nobody will try again by himself: it takes a replay. */
export const webhookFailed = defineEvent(
  'webhook:failed',
  z.object({
    workspaceId: z.uuid(),
    deliveryId: z.uuid(),
    sourceId: z.uuid(),
    provider: z.string(),
    title: z.string().describe('one line for a person'),
    error: z.string(),
  }),
);

/** Every event of the channel has a title, so that a list of them needs no case for each type. */
export const failedTitle = (provider: string): string => `A webhook from ${provider} could not be processed`;
export const endpointDisabledTitle = (name: string): string => `The endpoint ${name} was switched off`;

defineNotice({
  kind: 'webhook.failed',
  description: 'A webhook could not be processed and waits for a replay.',
  event: webhookFailed,
  noticesOf: ({ workspaceId, deliveryId, sourceId, provider, error }) => [
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

export const endpointDisabled = defineEvent(
  'webhook:endpoint_disabled',
  z.object({
    workspaceId: z.uuid(),
    endpointId: z.uuid(),
    name: z.string(),
    reason: z
      .enum(DISABLED_REASONS)
      .describe('nothing got through for three days, it answered 410, or its maker lost the rights that it is sent by'),
    title: z.string().describe('one line for a person'),
  }),
);

const TOLD: Readonly<Record<DisabledReason, string>> = {
  failing: 'Nothing got through for three days.',
  gone: 'It answered that it is gone.',
  'maker-deleted': 'Its maker was deleted. Enable it to take it over.',
  'maker-disabled': 'Its maker was disabled. Enable it to take it over.',
  'maker-removed': 'Its maker is not a member of the workspace any more. Enable it to take it over.',
  'maker-lost-rights': 'Its maker may read none of its events any more. Enable it to take it over.',
};

defineNotice({
  kind: 'webhook.endpoint-disabled',
  description: 'An address that events are sent to does not take them any more.',
  event: endpointDisabled,
  noticesOf: ({ workspaceId, endpointId, name, reason }) => [
    {
      recipients: 'everybody',
      requires: { workspaceId, permission: WEBHOOKS_MANAGE },
      subject: `endpoint:${endpointId}`,
      title: endpointDisabledTitle(name),
      body: TOLD[reason],
      path: `/workspaces/${workspaceId}/endpoints/${endpointId}`,
    },
  ],
});
