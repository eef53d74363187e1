import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { mapLimit } from '../../platform/concurrency/map-limit.js';
import { Config } from '../../platform/config/config.js';
import { DeliveryStore } from '../deliveries/delivery.store.js';
import { WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import { SourceStore } from '../sources/source.store.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { GithubHook, type HookDelivery } from './github-hook.js';
import { reconcileUnsupported } from './reconcile.errors.js';
import type { ReconcileRequest, ReconcileResponse } from './reconcile.schemas.js';

const DAY_MS = 86_400_000;
/** GitHub redelivers deliveries of the last three days. */
const WINDOW_DAYS = 3;
/** A call ends after the page on which it reaches one of these limits. */
const MAX_PAGES = 20;
const MAX_REDELIVERED = 50;
const MAX_MS = 10_000;
const CONCURRENCY = 5;

type Counts = { -readonly [Name in 'listed' | 'missing' | 'redelivered' | 'failed']: number };

/** The state of one call, over all of its pages. */
interface Run {
  readonly workspaceId: string;
  readonly sourceId: string;
  readonly hook: GithubHook;
  readonly since: number;
  readonly counts: Counts;
  /** The guids that were compared. */
  readonly seen: Set<string>;
}

/** Compares the deliveries that GitHub has sent with those that arrived, and asks for the others again. */
@Injectable()
export class ReconcileSource {
  constructor(
    private readonly access: Access,
    private readonly sources: SourceStore,
    private readonly deliveries: DeliveryStore,
    private readonly audit: Audit,
    private readonly config: Config,
  ) {}

  /**
   * A call is bounded; its `nextCursor` goes on. After an error it can be repeated: a delivery that is asked for twice
   * is stored once.
   * @throws `source.not-found`, `reconcile.unsupported` and the other errors of `reconcile.errors`
   */
  async run(
    actor: RequestActor,
    workspaceId: string,
    sourceId: string,
    { token, cursor, ...hook }: ReconcileRequest,
  ): Promise<ReconcileResponse> {
    await this.authorize(actor, workspaceId, sourceId, hook);
    const since = databaseNow() - Math.min(WINDOW_DAYS, this.config.deliveryRetentionDays) * DAY_MS;
    const counts: Counts = { listed: 0, missing: 0, redelivered: 0, failed: 0 };
    const nextCursor = await this.compare(cursor, {
      workspaceId,
      sourceId,
      hook: new GithubHook(this.config.githubApiUrl, token, hook),
      since,
      counts,
      seen: new Set(),
    });
    return { since: new Date(since).toISOString(), ...counts, nextCursor };
  }

  /** Records the call before it has an effect elsewhere. */
  private async authorize(
    actor: RequestActor,
    workspaceId: string,
    sourceId: string,
    hook: Omit<ReconcileRequest, 'token' | 'cursor'>,
  ): Promise<void> {
    await this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
      const source = await this.sources.lock(tx, workspaceId, sourceId);
      if (!source.enabled) throw sourceNotFound();
      if (source.provider !== 'github') throw reconcileUnsupported();
      const after = { ...hook };
      await this.audit.record(tx, { action: 'source.reconciled', actor, workspaceId, target: sourceId, after });
    });
  }

  /** @returns the cursor of the page to go on with; null: everything is compared */
  private async compare(start: string | undefined, run: Run): Promise<string | null> {
    const { hook, since, counts } = run;
    const deadline = performance.now() + MAX_MS;
    let cursor = start;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { deliveries, nextCursor } = await hook.list(cursor);
      await this.redeliverMissing(deliveries, run);
      const isLast = deliveries.some((delivery) => sentAt(delivery) < since);
      if (nextCursor === undefined || isLast) return null;
      cursor = nextCursor;
      if (counts.missing >= MAX_REDELIVERED || performance.now() > deadline) break;
    }
    return cursor ?? null;
  }

  private async redeliverMissing(deliveries: readonly HookDelivery[], run: Run): Promise<void> {
    const { workspaceId, sourceId, hook, since, counts, seen } = run;
    const sent = newestOfEach(deliveries).filter((delivery) => !seen.has(delivery.guid) && sentAt(delivery) >= since);
    const guids = sent.map(({ guid }) => guid);
    for (const guid of guids) seen.add(guid);
    const arrived = await this.deliveries.senderIdsAmong(workspaceId, sourceId, guids);
    const missing = sent.filter(({ guid }) => !arrived.has(guid));
    counts.listed += sent.length;
    counts.missing += missing.length;
    await mapLimit(missing, CONCURRENCY, async ({ id }) => {
      counts[(await hook.redeliver(id)) ? 'redelivered' : 'failed'] += 1;
    });
  }
}

const sentAt = ({ delivered_at: at }: HookDelivery): number => Date.parse(at);

/** One entry for each delivery, however often GitHub has sent it. */
function newestOfEach(deliveries: readonly HookDelivery[]): HookDelivery[] {
  const byGuid = new Map<string, HookDelivery>();
  for (const delivery of deliveries) if (!byGuid.has(delivery.guid)) byGuid.set(delivery.guid, delivery);
  return [...byGuid.values()];
}
