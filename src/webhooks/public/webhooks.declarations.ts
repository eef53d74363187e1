import { z } from 'zod';
import { announceChangesOn } from '../../access/public/change-channels.js';
import { channelName, defineChannelKind } from '../../access/public/define-channel-kind.js';
import { defineNotification } from '../../access/public/define-notification.js';
import { definePermission } from '../../access/public/define-permission.js';
import { isScopeSegment } from '../../access/public/scoped-permissions.js';
import { defineEvent } from '../../platform/events/define-event.js';

export const WEBHOOKS_READ = definePermission('webhooks:read', ['member', 'viewer'], { scoped: true });
/** See what senders sent, not only the headlines. */
export const WEBHOOKS_BODIES = definePermission('webhooks:bodies', ['member'], { scoped: true });
export const WEBHOOKS_MANAGE = definePermission('webhooks:manage', []);

/**
 * `webhooks:<workspaceId>`: received webhooks, in the order of processing. Those of a source with a channel of its own
 * are in `webhooks:<workspaceId>/<name of the source>` instead.
 */
export const webhooksChannel = defineChannelKind({
  noun: 'webhooks',
  owner: 'workspace',
  permission: WEBHOOKS_READ,
  restrictedPermission: WEBHOOKS_BODIES,
  isPart: isScopeSegment,
});

announceChangesOn(webhooksChannel, ['source', 'refusal', 'delivery']);

/** @param path the name of a source with a channel of its own; null: the channel of the workspace */
export const webhooksChannelOf = (workspaceId: string, path: string | null): string =>
  channelName(webhooksChannel.noun, path === null ? workspaceId : `${workspaceId}/${path}`);

const test = z.literal(true).optional().describe('a user simulated the delivery; absent for those of senders');

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
    item: z
      .object({
        index: z.int().describe('from 0'),
        id: z.string().optional().describe("the sender's id of the item"),
        truncated: z
          .literal(true)
          .optional()
          .describe('the delivery has more than 1,000 items; the others have no event'),
      })
      .optional()
      .describe('with `eventPerItem` of the source: the item of the delivery that this event is about'),
    test,
    body: z
      .unknown()
      .optional()
      .describe(
        'with `include` of the source, for readers with `webhooks:bodies`: the value of JSON, JSON Lines, a form or XML, or else text; an object of values by pointer if `include` has pointers',
      ),
    encoding: z.literal('base64').optional().describe('`body` is binary'),
    bodyTruncated: z.literal(true).optional().describe('`body` is left out, because it has more than 32 KiB of JSON'),
  }),
  ['body', 'encoding', 'bodyTruncated'],
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
    test,
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

export const silentTitle = (name: string): string => `The source ${name} is silent`;
export const heardTitle = (name: string): string => `The source ${name} is heard again`;

const watchedSource = z.object({
  workspaceId: z.uuid(),
  sourceId: z.uuid(),
  name: z.string(),
  lastHeardAt: z.iso.datetime().nullable().describe('the last accepted delivery; null: none is known'),
  expectEverySeconds: z.int(),
  title: z.string().describe('one line to show to a user'),
});

/** Published once for each silence. */
export const sourceSilent = defineEvent('source:silent', watchedSource);

export const sourceHeard = defineEvent('source:heard', watchedSource);

defineNotification({
  kind: 'source.silent',
  description: 'A source received no webhook for longer than it is expected to.',
  event: sourceSilent,
  notificationsOf: ({ workspaceId, sourceId, name, lastHeardAt, expectEverySeconds }) => [
    {
      recipients: 'everybody',
      requires: { workspaceId, permission: WEBHOOKS_MANAGE },
      subject: `source:${sourceId}`,
      title: silentTitle(name),
      body: `It received ${lastHeardAt === null ? 'nothing' : `its last webhook at ${lastHeardAt}`}; at least one webhook is expected every ${expectEverySeconds} seconds.`,
      path: `/workspaces/${workspaceId}/sources/${sourceId}`,
    },
  ],
});
