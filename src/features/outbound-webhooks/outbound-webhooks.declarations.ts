import { z } from 'zod';
import { defineNotification } from '../../access/public/define-notification.js';
import { defineEvent } from '../../platform/events/define-event.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { DISABLED_REASONS, type DisabledReason } from './disabled-reason.js';

export const endpointDisabledTitle = (name: string): string => `The endpoint ${name} was switched off`;

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

defineNotification({
  kind: 'webhook.endpoint-disabled',
  description: 'An address that events are sent to does not take them any more.',
  event: endpointDisabled,
  notificationsOf: ({ workspaceId, endpointId, name, reason }) => [
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
