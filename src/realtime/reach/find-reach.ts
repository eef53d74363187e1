import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { ChannelOwner } from '../../access/public/channel-owners.js';
import { PermissionHistory } from '../../access/public/permission-history.js';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Config } from '../../platform/config/config.js';
import { pageOf } from '../../platform/http/api/page.js';
import { eventNotFound } from './reach.errors.js';
import type { ReachQuery, ReachResponse, UserOutcome } from './reach.schemas.js';
import { ReachStore, type FoundSpan, type ReachedEvent, type SpanCursor } from './reach.store.js';
import { sessionOutcome } from './session-outcome.js';

const DAY_MS = 86_400_000;
/** More than a user can have subscribed to one channel at a time. */
const MAX_SPANS_OF_USER = 1_000;

const NOTE =
  '`written` means that Tidings wrote the event to the session. Whether the client received it, or a person read it, is ' +
  'not known. Push messages, outbound webhooks and reads over REST are not included.';

/** The outcomes of sessions, the best first. */
const RANK = ['written', 'echo', 'unknown', 'behind'] as const;

type UserReach = NonNullable<ReachResponse['user']>;

/** Finds the sessions that an event was written to, or why it was not written to those of a user. */
@Injectable()
export class FindReach {
  constructor(
    private readonly store: ReachStore,
    private readonly access: Access,
    private readonly permissions: PermissionHistory,
    private readonly config: Config,
  ) {}

  /** @throws `event.not-found`, also for an event of another workspace */
  async run(workspaceId: string, eventId: string, { userId, limit, cursor }: ReachQuery): Promise<ReachResponse> {
    const event = await this.store.findEvent(eventId);
    const owner = event && (await this.access.channelOwner(event.channel));
    if (event === undefined || owner?.workspaceId !== workspaceId.toLowerCase()) throw eventNotFound();
    const spans = await this.store.spansOf(event, { userId, limit, cursor: cursorOf(cursor) });
    const { items, nextCursor } = pageOf(spans, limit, textOf, (span) => sessionOutcome(event, span));
    // Read after the spans: what was not recorded by then is missing there.
    const complete = !(await this.isIncomplete(event));
    const user = userId === undefined ? null : await this.reachOfUser(event, owner, userId, complete);
    const { id, type, channel, offset, at } = event;
    return {
      event: { id, type, channel, offset, at: at.toISOString() },
      note: NOTE,
      complete,
      user,
      items,
      nextCursor,
    };
  }

  private async isIncomplete({ at }: ReachedEvent): Promise<boolean> {
    const { reachRetentionDays: days } = this.config;
    return at.getTime() <= databaseNow() - days * DAY_MS || this.store.isIncomplete(at);
  }

  private async reachOfUser(
    event: ReachedEvent,
    { workspaceId, permission }: ChannelOwner,
    userId: string,
    complete: boolean,
  ): Promise<UserReach> {
    const answer = (outcome: UserOutcome, since?: Date): UserReach => ({
      userId,
      outcome,
      since: since?.toISOString() ?? null,
    });
    const spans = await this.store.spansOf(event, { userId, limit: MAX_SPANS_OF_USER });
    const outcomes = new Set(spans.map((span) => sessionOutcome(event, span).outcome));
    const best = RANK.find((outcome) => outcomes.has(outcome));
    if (best !== undefined) return answer(best);
    const past = complete ? await this.permissions.at({ userId, workspaceId, permission, at: event.at }) : undefined;
    if (past === undefined) return answer('unknown');
    if (!past.held) return answer('no-permission', past.lostAt);
    return answer((await this.store.hadSession(userId, event.at)) ? 'not-subscribed' : 'no-session');
  }
}

const textOf = ({ userId, nodeId, number }: FoundSpan): string => `${userId}.${nodeId}.${number}`;

function cursorOf(text: string | undefined): SpanCursor | undefined {
  const [userId, nodeId, number] = text?.split('.') ?? [];
  return userId === undefined || nodeId === undefined || number === undefined ? undefined : { userId, nodeId, number };
}
