import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { channelOwners, type ChannelOwner } from '../../access/public/channel-owners.js';
import type { Transaction } from '../../platform/database/database.js';
import { LogConsumers } from '../../platform/events/consumers/log-consumers.js';
import { declaredEvents } from '../../platform/events/define-event.js';
import { loggedEvent, type EventFields } from '../../platform/events/logged-event.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { ENDPOINTS_TOPIC } from './endpoint.entity.js';
import { MakerRights } from './maker-rights.js';
import { MessageStore, type MessageDraft } from './message.store.js';
import { EndpointStore, type ListeningEndpoint } from './endpoint.store.js';
import { sendMessages, type SendMessagesPayload } from './send-messages.job.js';

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
      types: declaredEvents().map(({ name }) => name),
      interestedIn: (tx, channels) => this.interestedIn(tx, channels),
      concernTopic: ENDPOINTS_TOPIC,
      handle: (tx, events) => this.handle(tx, events),
    });
  }

  private async interestedIn(tx: Transaction, channels: readonly string[]): Promise<ReadonlySet<string>> {
    const owners = await channelOwners(tx, channels);
    const listening = await this.endpoints.listeningIn(tx, workspacesOf(owners));
    const hasListener = ({ workspaceId, permission }: ChannelOwner) =>
      listening.some((endpoint) => endpoint.workspaceId === workspaceId && endpoint.permissions.includes(permission));
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
    return listening.map(({ id, workspaceId, eventTypes }, place) => {
      return { id, workspaceId, eventTypes, mayRead: rights[place]?.permissions ?? new Set() };
    });
  }
}

type Permitted = Pick<ListeningEndpoint, 'id' | 'workspaceId' | 'eventTypes'> & {
  readonly mayRead: ReadonlySet<string>;
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
  const recipients = listening.filter(
    (endpoint) =>
      endpoint.workspaceId === workspaceId &&
      endpoint.mayRead.has(permission) &&
      (endpoint.eventTypes.length === 0 || endpoint.eventTypes.includes(event.type)),
  );
  if (recipients.length === 0) return [];
  const body = bodyOf(event, workspaceId);
  return recipients.map(({ id: endpointId }) => ({ endpointId, event, permission, body }));
}

/** The payload that Standard Webhooks recommends; `data` has the same form as in the event log and on the sockets. */
function bodyOf(event: EventFields, workspaceId: string): string {
  const head = JSON.stringify({ type: event.type, timestamp: new Date(event.ts).toISOString(), workspaceId });
  return `${head.slice(0, -1)},"data":${loggedEvent(event).json}}`;
}
