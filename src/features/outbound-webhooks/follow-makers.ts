import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { DisableEndpoint } from './disable-endpoint.js';
import { EndpointStore, type NamedEndpoint } from './endpoint.store.js';
import { MakerRights, type EndpointRights, type MadeEndpoint } from './maker-rights.js';

const SWEEP_MS = 60_000;

/** What is being sent right now by the rights of an endpoint's maker. */
interface Sending {
  readonly endpoint: MadeEndpoint;
  readonly permission: string | undefined;
  readonly controller: AbortController;
}

/**
 * Ends what endpoints get by rights that their makers lose. A worker is a node of the fence: before a change of rights is
 * answered, endpoints of makers who lost theirs are off, and attempts under way that lost their permission are cut off.
 */
@Injectable()
export class FollowMakers implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(FollowMakers.name);
  private readonly underWay = new Set<Sending>();
  private stopSweep = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointStore,
    private readonly fence: FenceNode,
    private readonly rights: MakerRights,
    private readonly disable: DisableEndpoint,
  ) {}

  /** The sweep finds what changed while no worker was running, and what an older release made. */
  async onModuleInit(): Promise<void> {
    await this.fence.join((userIds) => this.apply(userIds));
    const onError = (error: unknown) => this.logger.warn({ msg: 'checking makers of endpoints failed', err: error });
    this.stopSweep = runEvery(SWEEP_MS, () => this.disableLost('everybody'), onError);
    await this.disableLost('everybody').catch(onError);
  }

  async onModuleDestroy(): Promise<void> {
    await this.stopSweep();
  }

  /** Without the lease, rights could change without this worker being waited for. */
  get maySend(): boolean {
    return this.fence.holdsLease;
  }

  /**
   * Calls `send` when the maker may read the event. The rights are read while the attempt counts as under way already, so
   * a change of them finds it.
   * @returns false when the maker may not read it
   */
  async run(
    endpoint: NamedEndpoint,
    permission: string | undefined,
    send: (signal: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    const sending = { endpoint, permission, controller: new AbortController() };
    this.underWay.add(sending);
    try {
      const rights = await this.rights.of(endpoint);
      if (rights.lost !== undefined) await this.switchOff([[endpoint, rights]]);
      if (!allows(rights, permission)) return false;
      await send(sending.controller.signal);
      return true;
    } finally {
      this.underWay.delete(sending);
    }
  }

  private async apply(userIds: readonly string[] | 'everybody'): Promise<void> {
    const changed = new Set<string | null>(userIds === 'everybody' ? [] : userIds);
    const concerned = [...this.underWay].filter(
      ({ endpoint }) => userIds === 'everybody' || changed.has(endpoint.createdBy),
    );
    await this.disableLost(userIds);
    const rights = await this.rights.ofAll(
      this.database,
      concerned.map(({ endpoint }) => endpoint),
    );
    for (const [place, { permission, controller }] of concerned.entries()) {
      if (!allows(rights[place], permission)) controller.abort(new Error('The rights of the maker have changed.'));
    }
  }

  private async disableLost(userIds: readonly string[] | 'everybody'): Promise<void> {
    const enabled = await this.endpoints.enabledOf(userIds);
    const rights = await this.rights.ofAll(this.database, enabled);
    await this.switchOff(enabled.flatMap((endpoint, place) => (rights[place] ? [[endpoint, rights[place]]] : [])));
  }

  private async switchOff(endpoints: ReadonlyArray<readonly [NamedEndpoint, EndpointRights]>): Promise<void> {
    for (const [endpoint, { lost }] of endpoints) {
      if (lost === undefined) continue;
      this.logger.warn({ msg: 'an endpoint was switched off', endpointId: endpoint.id, reason: lost });
      await this.database.transaction((tx) => this.disable.run(tx, endpoint, lost));
    }
  }
}

const allows = (rights: EndpointRights | undefined, permission: string | undefined): boolean =>
  rights !== undefined && rights.lost === undefined && permission !== undefined && rights.permissions.has(permission);
