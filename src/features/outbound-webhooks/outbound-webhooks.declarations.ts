import { z } from 'zod';
import { defineNotification } from '../../access/public/define-notification.js';
import { defineEvent } from '../../platform/events/define-event.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { DISABLED_REASONS, type DisabledReason } from './disabled-reason.js';

export const endpointDisabledTitle = (name: string): string => `The endpoint ${name} was disabled`;

export const endpointDisabled = defineEvent(
  'webhook:endpoint_disabled',
  z.object({
    workspaceId: z.uuid(),
    endpointId: z.uuid(),
    name: z.string(),
    reason: z
      .enum(DISABLED_REASONS)
      .describe('no message was accepted for three days, it answered 410, or its maker lost the required rights'),
    title: z.string().describe('one line to show to a user'),
  }),
);

const REASON_TEXTS: Readonly<Record<DisabledReason, string>> = {
  failing: 'It accepted no message for three days.',
  gone: 'It answered 410 Gone.',
  'maker-deleted': 'Its maker was deleted. Enable it to take it over.',
  'maker-disabled': 'Its maker was disabled. Enable it to take it over.',
  'maker-removed': 'Its maker is no longer a member of the workspace. Enable it to take it over.',
  'maker-lost-rights': 'Its maker may no longer read any of its events. Enable it to take it over.',
};

defineNotification({
  kind: 'webhook.endpoint-disabled',
  description: 'The service disabled an endpoint that receives events.',
  event: endpointDisabled,
  notificationsOf: ({ workspaceId, endpointId, name, reason }) => [
    {
      recipients: 'everybody',
      requires: { workspaceId, permission: WEBHOOKS_MANAGE },
      subject: `endpoint:${endpointId}`,
      title: endpointDisabledTitle(name),
      body: REASON_TEXTS[reason],
      path: `/workspaces/${workspaceId}/endpoints/${endpointId}`,
    },
  ],
});
