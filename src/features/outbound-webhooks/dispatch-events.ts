import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { z } from 'zod';
import { channelOwners, type ChannelOwner } from '../../access/public/channel-owners.js';
import { holds } from '../../access/public/scoped-permissions.js';
import type { Transaction } from '../../platform/database/database.js';
import { LogConsumers } from '../../platform/events/consumers/log-consumers.js';
import { wholePayload, type EventFields } from '../../platform/events/logged-event.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { WEBHOOKS_BODIES, webhookReceived } from '../../webhooks/public/webhooks.declarations.js';
import { ENDPOINTS_TOPIC } from './endpoint.entity.js';
import { matcherOf } from './content-filter.js';
import { MakerRights } from './maker-rights.js';
import { bodyOf } from './message-body.js';
import { MessageStore, type MessageDraft } from './message.store.js';
import { EndpointStore, type ListeningEndpoint } from './endpoint.store.js';
import { sendMessages, type SendMessagesPayload } from './send-messages.job.js';

/** A relay shows everything that a sender sent. */
const RELAY_PERMISSION = WEBHOOKS_BODIES;

/** Creates exactly one message for each event and each endpoint that subscribes to it and may read it. */
@Injectable()
export class DispatchEvents implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: LogConsumers,
    private readonly endpoints: EndpointStore,
    private readonly messages: MessageStore,
    private readonly rights: MakerRights,
    @Inject(queueOf(sendMessages)) private readonly jobs: JobQueue<SendMessagesPayload>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.consumers.start({
      name: 'endpoints',
      types: 'all',
      interestedIn: (tx, channels) => this.interestedIn(tx, channels),
      concernTopic: ENDPOINTS_TOPIC,
      handle: (tx, events) => this.handle(tx, events),
    });
  }

  private async interestedIn(tx: Transaction, channels: readonly string[]): Promise<ReadonlySet<string>> {
    const owners = await channelOwners(tx, channels);
    const listening = await this.endpoints.listeningIn(tx, workspacesOf(owners));
    const hasListener = ({ workspaceId, permission }: ChannelOwner) =>
      listening.some(
        (endpoint) => endpoint.workspaceId === workspaceId && holds(new Set(endpoint.permissions), permission),
      );
    return new Set([...owners].filter(([, owner]) => hasListener(owner)).map(([channel]) => channel));
  }

  private async handle(tx: Transaction, events: readonly EventFields[]): Promise<void> {
    const owners = await channelOwners(
      tx,
      events.map(({ channel }) => channel),
    );
    const listening = await this.permitted(tx, await this.endpoints.listeningIn(tx, workspacesOf(owners)));
    const drafts = events.flatMap((event) => draftsOf(event, owners.get(event.channel), listening));
    if (drafts.length === 0) return;
    await this.messages.insert(tx, drafts);
    const endpointIds = [...new Set(drafts.map(({ endpointId }) => endpointId))];
    // A lost job is harmless: the sweep finds messages without one.
    tx.afterCommit(() => void this.jobs.add({ endpointIds }).catch(() => undefined));
  }

  /**
   * Reads the rights after the events, so that an event that was committed after a revocation is never sent under the
   * revoked right.
   */
  private async permitted(tx: Transaction, listening: readonly ListeningEndpoint[]): Promise<Permitted[]> {
    const rights = await this.rights.ofAll(tx, listening);
    return listening.map((endpoint, place) => {
      const mayRead = rights[place]?.permissions ?? new Set<string>();
      return { ...endpoint, matches: matcherOf(endpoint.filter), mayRead };
    });
  }
}

type Permitted = ListeningEndpoint & {
  readonly mayRead: ReadonlySet<string>;
  readonly matches: (event: EventFields) => boolean;
};

const workspacesOf = (owners: ReadonlyMap<string, ChannelOwner>): string[] => [
  ...new Set([...owners.values()].map(({ workspaceId }) => workspaceId)),
];

function draftsOf(
  event: EventFields,
  owner: ChannelOwner | undefined,
  listening: readonly Permitted[],
): MessageDraft[] {
  if (owner === undefined) return [];
  const { workspaceId, permission } = owner;
  const restrictedPermission = event.restricted ? owner.restrictedPermission : undefined;
  const whole = { ...event, payload: wholePayload(event.payload, event.restricted) };
  const seesRestricted = ({ mayRead }: Permitted) =>
    restrictedPermission !== undefined && holds(mayRead, restrictedPermission);
  const recipients = listening.filter(
    (endpoint) =>
      endpoint.workspaceId === workspaceId &&
      holds(endpoint.mayRead, permission) &&
      selects(endpoint, event) &&
      // A filter must not tell what its maker may not see.
      endpoint.matches(seesRestricted(endpoint) ? whole : event),
  );
  if (recipients.length === 0) return [];
  const body = bodyOf(event, workspaceId);
  return recipients.map((endpoint) => {
    const { id: endpointId, kind } = endpoint;
    if (kind === 'relay')
      return { endpointId, event, permission: RELAY_PERMISSION, body, deliveryId: receivedIn(event)?.deliveryId };
    const draft = { endpointId, event, permission, body };
    return seesRestricted(endpoint) ? { ...draft, restrictedPermission } : draft;
  });
}

/** Whether an endpoint asked for an event: by its type, or for a relay by the source of the received webhook. */
function selects({ kind, sourceIds, eventTypes, mayRead }: Permitted, event: EventFields): boolean {
  if (kind === 'event') return eventTypes.length === 0 || eventTypes.includes(event.type);
  const received = receivedIn(event);
  // The first event of a batch stands for the whole of its delivery.
  if (received === undefined || (received.item?.index ?? 0) > 0) return false;
  if (!holds(mayRead, RELAY_PERMISSION)) return false;
  return sourceIds.length === 0 || sourceIds.includes(received.sourceId);
}

function receivedIn({ type, payload }: EventFields): z.infer<typeof webhookReceived.payload> | undefined {
  return type === webhookReceived.name ? webhookReceived.payload.parse(JSON.parse(payload)) : undefined;
}
