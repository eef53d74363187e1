import { z } from 'zod';
import { announceChangesOn } from '../../access/public/change-channels.js';
import { defineNotification } from '../../access/public/define-notification.js';
import { defineEvent } from '../../platform/events/define-event.js';
import { WEBHOOKS_MANAGE, webhooksChannel } from '../../webhooks/public/webhooks.declarations.js';
import { DISABLED_REASONS, type DisabledReason } from './disabled-reason.js';

announceChangesOn(webhooksChannel, ['endpoint', 'message']);

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

export const WARNINGS = ['failures', 'half-time'] as const;

export const endpointFailingTitle = (name: string): string => `The endpoint ${name} is failing`;

/** Published at most twice between two accepted messages: once for each warning. */
export const endpointFailing = defineEvent(
  'webhook:endpoint_failing',
  z.object({
    workspaceId: z.uuid(),
    endpointId: z.uuid(),
    name: z.string(),
    warning: z
      .enum(WARNINGS)
      .describe('`failures`: three attempts in a row failed; `half-time`: half of the time to `disableAt` has passed'),
    failures: z.int().describe('the number of failed attempts since it last accepted a message'),
    failingSince: z.iso.datetime().describe('the first of these attempts'),
    disableAt: z.iso.datetime().describe('it is disabled after this time if it accepts no message'),
    title: z.string().describe('one line to show to a user'),
  }),
);

defineNotification({
  kind: 'webhook.endpoint-failing',
  description: 'An endpoint that receives events is failing, and will be disabled if that goes on.',
  event: endpointFailing,
  notificationsOf: ({ workspaceId, endpointId, name, warning, failures, failingSince, disableAt }) => [
    {
      recipients: 'everybody',
      requires: { workspaceId, permission: WEBHOOKS_MANAGE },
      subject: `endpoint:${endpointId}`,
      title: endpointFailingTitle(name),
      body:
        warning === 'failures'
          ? `${failures} attempts in a row failed.`
          : `It has accepted no message since ${minuteOf(failingSince)}. It will be disabled after ${minuteOf(disableAt)}.`,
      path: `/workspaces/${workspaceId}/endpoints/${endpointId}`,
    },
  ],
});

/** `2026-11-21 06:00 UTC` */
function minuteOf(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

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
