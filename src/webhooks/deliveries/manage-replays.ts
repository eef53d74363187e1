import { Injectable } from '@nestjs/common';
import { permissionDenied } from '../../access/public/access.errors.js';
import { Access } from '../../access/public/access.js';
import { holds } from '../../access/public/scoped-permissions.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Bus } from '../../platform/bus/bus.js';
import { WEBHOOKS_BODIES, WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import { replayNotFound, tooManyReplays } from './delivery.errors.js';
import type { CreateReplayRequest } from './delivery-replay.schemas.js';
import { DeliveryReplayStore, REPLAYS_TOPIC } from './delivery-replay.store.js';

const MAX_RUNNING = 10;

const bodiesDenied = () => permissionDenied(`A filter of bodies requires ${WEBHOOKS_BODIES}.`);

/** Starts and cancels replays of many deliveries. */
@Injectable()
export class ManageReplays {
  constructor(
    private readonly access: Access,
    private readonly audit: Audit,
    private readonly replays: DeliveryReplayStore,
    private readonly bus: Bus,
  ) {}

  /**
   * @returns the id of the replay
   * @throws `permission.denied` for a filter of bodies without `webhooks:bodies`, `delivery.too-many-replays` when ten
   *   of the workspace are running
   */
  async start(actor: RequestActor, workspaceId: string, request: CreateReplayRequest): Promise<string> {
    return this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx, permissions) => {
      const readsBodies = request.filter?.body !== undefined;
      if (readsBodies && !holds(new Set(permissions), WEBHOOKS_BODIES)) throw bodiesDenied();
      if ((await this.replays.countRunning(tx, workspaceId)) >= MAX_RUNNING) throw tooManyReplays();
      const created = await this.replays.create(tx, workspaceId, request);
      const { filter = null, ids, asNew } = request;
      // A condition on a body may hold personal data, and the trail is kept for longer than the delivery.
      const shown = filter === null ? null : { ...filter, body: Object.keys(filter.body ?? {}), q: undefined };
      const after = { replay: created, filter: shown, named: ids?.length ?? null, asNew };
      await this.audit.record(tx, { action: 'delivery.replayed', actor, workspaceId, target: created, after });
      // A lost hint is harmless: the sweep of a worker finds the replay.
      tx.afterCommit(() => this.bus.publish(REPLAYS_TOPIC, created));
      return created;
    });
  }

  /** A replay that has ended stays as it is. @throws `delivery.replay-not-found` */
  async cancel(actor: RequestActor, workspaceId: string, id: string): Promise<void> {
    await this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
      if (!(await this.replays.cancel(tx, workspaceId, id))) throw replayNotFound();
      await this.audit.record(tx, { action: 'delivery.replay-cancelled', actor, workspaceId, target: id });
    });
  }
}
