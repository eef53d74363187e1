import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { holds } from '../../access/public/scoped-permissions.js';
import { Database } from '../../platform/database/database.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { DisableEndpoint } from './disable-endpoint.js';
import { EndpointStore, type NamedEndpoint } from './endpoint.store.js';
import { MakerRights, type EndpointRights, type MadeEndpoint } from './maker-rights.js';

const SWEEP_MS = 60_000;

/** An attempt in flight, which depends on the rights of the endpoint's maker. */
interface InFlightAttempt {
  readonly endpoint: MadeEndpoint;
  /** Its maker must have each of these. */
  needed: readonly (string | undefined)[];
  readonly controller: AbortController;
}

/** The permissions to read the event of a message, and its restricted fields, if it has some. */
interface ReadPermissions {
  readonly event: string | undefined;
  readonly restricted: string | null;
}

/**
 * Stops messages to endpoints whose makers lose rights. The worker joins the fence: before a change of rights is
 * answered, it disables endpoints that lost their maker and aborts attempts in flight that lost their permission.
 */
@Injectable()
export class MakerRightsListener implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(MakerRightsListener.name);
  private readonly active = new Set<InFlightAttempt>();
  private stopSweep = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointStore,
    private readonly fence: FenceNode,
    private readonly rights: MakerRights,
    private readonly disable: DisableEndpoint,
  ) {}

  /** The sweep covers changes while no worker was running, and endpoints that an older release created. */
  async onModuleInit(): Promise<void> {
    await this.fence.join((userIds) => this.apply(userIds));
    const onError = (error: unknown) => this.logger.warn({ msg: 'cannot check the makers of endpoints', err: error });
    this.stopSweep = runEvery(SWEEP_MS, () => this.disableLost('everybody'), onError);
    await this.disableLost('everybody').catch(onError);
  }

  async onModuleDestroy(): Promise<void> {
    await this.stopSweep();
  }

  /** False without the lease of the fence: rights could then change without waiting for this worker. */
  get canSend(): boolean {
    return this.fence.holdsLease;
  }

  /**
   * Calls `send` if the maker may read the event, and tells it whether also the restricted fields. The attempt is
   * registered before the rights are read, so that a concurrent change of rights aborts it.
   * @returns false if the maker may not read the event
   */
  async runIfPermitted(
    endpoint: NamedEndpoint,
    { event, restricted }: ReadPermissions,
    send: (signal: AbortSignal, seesRestricted: boolean) => Promise<void>,
  ): Promise<boolean> {
    const needed = restricted === null ? [event] : [event, restricted];
    const attempt: InFlightAttempt = { endpoint, needed, controller: new AbortController() };
    this.active.add(attempt);
    try {
      const rights = await this.rights.of(endpoint);
      if (rights.lost !== undefined) await this.disableAll([[endpoint, rights]]);
      if (!allows(rights, event)) return false;
      const seesRestricted = restricted !== null && allows(rights, restricted);
      if (!seesRestricted) attempt.needed = [event];
      await send(attempt.controller.signal, seesRestricted);
      return true;
    } finally {
      this.active.delete(attempt);
    }
  }

  private async apply(userIds: readonly string[] | 'everybody'): Promise<void> {
    const changed = new Set<string | null>(userIds === 'everybody' ? [] : userIds);
    const affected = [...this.active].filter(
      ({ endpoint }) => userIds === 'everybody' || changed.has(endpoint.createdBy),
    );
    await this.disableLost(userIds);
    const rights = await this.rights.ofAll(
      this.database,
      affected.map(({ endpoint }) => endpoint),
    );
    for (const [place, { needed, controller }] of affected.entries()) {
      if (!needed.every((permission) => allows(rights[place], permission)))
        controller.abort(new Error('The maker of the endpoint lost the permission.'));
    }
  }

  private async disableLost(userIds: readonly string[] | 'everybody'): Promise<void> {
    const enabled = await this.endpoints.enabledOf(userIds);
    const rights = await this.rights.ofAll(this.database, enabled);
    await this.disableAll(enabled.flatMap((endpoint, place) => (rights[place] ? [[endpoint, rights[place]]] : [])));
  }

  private async disableAll(endpoints: ReadonlyArray<readonly [NamedEndpoint, EndpointRights]>): Promise<void> {
    for (const [endpoint, { lost }] of endpoints) {
      if (lost === undefined) continue;
      this.logger.warn({ msg: 'endpoint disabled', endpointId: endpoint.id, reason: lost });
      await this.database.transaction((tx) => this.disable.run(tx, endpoint, lost));
    }
  }
}

const allows = (rights: EndpointRights | undefined, permission: string | undefined): boolean =>
  rights !== undefined &&
  rights.lost === undefined &&
  permission !== undefined &&
  holds(rights.permissions, permission);
