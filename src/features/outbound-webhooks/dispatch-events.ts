import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { channelOwners, type ChannelOwner } from '../../access/public/channel-owners.js';
import type { Transaction } from '../../platform/database/database.js';
import { LogConsumers } from '../../platform/events/consumers/log-consumers.js';
import { declaredEvents } from '../../platform/events/define-event.js';
import { loggedEvent, type EventFields } from '../../platform/events/logged-event.js';
import { newId } from '../../platform/ids.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { ENDPOINTS_TOPIC } from './endpoint.entity.js';
import { MakerRights, type MadeEndpoint } from './maker-rights.js';
import { sendMessages, type SendMessagesPayload } from './send-messages.job.js';

interface Listening extends MadeEndpoint {
  readonly id: string;
  readonly eventTypes: readonly string[];
}

interface MessageDraft {
  readonly endpointId: string;
  readonly event: EventFields;
  readonly permission: string;
  readonly body: string;
}

/** Makes a message of each event for each endpoint that wants it and may see it, once, whoever dies when. */
@Injectable()
export class DispatchEvents implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: LogConsumers,
    private readonly rights: MakerRights,
    @Inject(queueOf(sendMessages)) private readonly jobs: JobQueue<SendMessagesPayload>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.consumers.start({
      name: 'endpoints',
      types: declaredEvents().map(({ name }) => name),
      interestedIn: (tx, channels) => this.concerned(tx, channels),
      concernTopic: ENDPOINTS_TOPIC,
      handle: (tx, events) => this.handle(tx, events),
    });
  }

  private async concerned(tx: Transaction, channels: readonly string[]): Promise<ReadonlySet<string>> {
    const owners = await channelOwners(tx, channels);
    const listening = await listeningIn(tx, owners.values());
    const isHeard = ({ workspaceId, permission }: ChannelOwner) =>
      listening.some((endpoint) => endpoint.workspaceId === workspaceId && endpoint.permissions.includes(permission));
    return new Set([...owners].filter(([, owner]) => isHeard(owner)).map(([channel]) => channel));
  }

  private async handle(tx: Transaction, events: readonly EventFields[]): Promise<void> {
    const owners = await channelOwners(
      tx,
      events.map(({ channel }) => channel),
    );
    const listening = await this.permitted(tx, await listeningIn(tx, owners.values()));
    const drafts = events.flatMap((event) => draftsOf(event, owners.get(event.channel), listening));
    if (drafts.length === 0) return;
    await insertMessages(tx, drafts);
    const endpointIds = [...new Set(drafts.map(({ endpointId }) => endpointId))];
    // The rows say what is to be done; without its job the sweep finds them.
    tx.afterCommit(() => void this.jobs.add({ endpointIds }).catch(() => undefined));
  }

  /**
   * By the rights as they are after the events were read: an event that was committed after a right was taken away finds
   * the right gone.
   */
  private async permitted(tx: Transaction, listening: readonly Listening[]): Promise<Permitted[]> {
    const rights = await this.rights.ofAll(tx, listening);
    return listening.map(({ id, workspaceId, eventTypes }, place) => {
      return { id, workspaceId, eventTypes, mayRead: rights[place]?.permissions ?? new Set() };
    });
  }
}

type Permitted = Pick<Listening, 'id' | 'workspaceId' | 'eventTypes'> & { readonly mayRead: ReadonlySet<string> };

async function listeningIn(tx: Transaction, owners: Iterable<ChannelOwner>): Promise<Listening[]> {
  const workspaceIds = [...new Set([...owners].map(({ workspaceId }) => workspaceId))];
  return tx.query<Listening>(
    `SELECT id, workspace_id AS "workspaceId", event_types AS "eventTypes", created_by AS "createdBy", permissions
     FROM endpoints WHERE enabled AND workspace_id = ANY($1::uuid[])`,
    [workspaceIds],
  );
}

function draftsOf(
  event: EventFields,
  owner: ChannelOwner | undefined,
  listening: readonly Permitted[],
): MessageDraft[] {
  if (owner === undefined) return [];
  const { workspaceId, permission } = owner;
  const takers = listening.filter(
    (endpoint) =>
      endpoint.workspaceId === workspaceId &&
      endpoint.mayRead.has(permission) &&
      (endpoint.eventTypes.length === 0 || endpoint.eventTypes.includes(event.type)),
  );
  if (takers.length === 0) return [];
  const body = bodyOf(event, workspaceId);
  return takers.map(({ id: endpointId }) => ({ endpointId, event, permission, body }));
}

/** The payload that Standard Webhooks recommends; `data` is the event as the log, the sockets and the streams have it. */
function bodyOf(event: EventFields, workspaceId: string): string {
  const head = JSON.stringify({ type: event.type, timestamp: new Date(event.ts).toISOString(), workspaceId });
  return `${head.slice(0, -1)},"data":${loggedEvent(event).json}}`;
}

/** Each body goes to the database once, however many endpoints want it. */
async function insertMessages(tx: Transaction, drafts: readonly MessageDraft[]): Promise<void> {
  const bodies = [...new Map(drafts.map((draft) => [draft.event.id, draft])).values()];
  await tx.query(
    `INSERT INTO messages (id, endpoint_id, event_id, event_type, permission, body)
     SELECT draft.id, draft.endpoint_id, event.id, event.type, event.permission, event.body
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS draft (id, endpoint_id, event_id)
     JOIN unnest($4::uuid[], $5::text[], $6::text[], $7::text[]) AS event (id, type, permission, body)
       ON event.id = draft.event_id
     ON CONFLICT (endpoint_id, event_id) DO NOTHING`,
    [
      drafts.map(() => newId()),
      drafts.map(({ endpointId }) => endpointId),
      drafts.map(({ event }) => event.id),
      bodies.map(({ event }) => event.id),
      bodies.map(({ event }) => event.type),
      bodies.map(({ permission }) => permission),
      bodies.map(({ body }) => body),
    ],
  );
}
