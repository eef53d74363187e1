import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { newId } from '../../platform/ids.js';
import { Audit } from '../../platform/audit/audit.js';
import type { Actor } from '../../platform/audit/actor.js';
import type { Transaction } from '../../platform/database/database.js';
import { WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import type { Provider } from '../providers/provider.js';
import { Providers } from '../providers/providers.js';
import { restartWatch } from '../silence/source-watch.store.js';
import type { Source } from './source.entity.js';
import { SourceSecrets } from './source-secrets.js';
import { SourceStore } from './source.store.js';
import { checkedOptions, requireChannelName } from './check-source.js';
import { providerUnknown } from './source.errors.js';
import { auditedSource, type ChangeSourceRequest, type CreateSourceRequest } from './source.schemas.js';

const KEY_BYTES = 24;

/** Creates, changes and deletes sources. Every node applies a change before it stores the next delivery. */
@Injectable()
export class ManageSources {
  constructor(
    private readonly access: Access,
    private readonly sources: SourceStore,
    private readonly providers: Providers,
    private readonly secrets: SourceSecrets,
    private readonly audit: Audit,
  ) {}

  async create(actor: RequestActor, workspaceId: string, request: CreateSourceRequest): Promise<Source> {
    return this.transaction(actor, workspaceId, (tx) => this.createIn(tx, actor, workspaceId, request));
  }

  /** Checks no permissions. */
  async createIn(tx: Transaction, actor: Actor, workspaceId: string, request: CreateSourceRequest): Promise<Source> {
    const provider = this.providerNamed(request.provider);
    requireChannelName(request);
    const id = newId();
    const options = checkedOptions(provider, request.options);
    const source = await this.sources.insert(tx, {
      id,
      workspaceId,
      name: request.name,
      provider: provider.name,
      key: randomBytes(KEY_BYTES).toString('base64url'),
      secrets: this.secrets.seal({ provider, id, options }, request.secrets),
      options,
      replayGuardSeconds: request.replayGuardSeconds,
      dedupWindowSeconds: request.dedupWindowSeconds ?? null,
      include: request.include,
      ownChannel: request.ownChannel,
      eventPerItem: request.eventPerItem,
      expectEverySeconds: request.expectEverySeconds ?? null,
      allowedAddresses: request.allowedAddresses,
      enabled: true,
      version: 1,
    });
    await restartWatch(tx, source);
    const entry = { actor, workspaceId, target: id, after: auditedSource(source) };
    await this.audit.record(tx, { action: 'source.created', ...entry });
    return source;
  }

  /** @throws TidingsError `source.not-found` if the workspace has no such source */
  async change(
    actor: RequestActor,
    workspaceId: string,
    id: string,
    { secrets, options, ...plain }: ChangeSourceRequest,
  ): Promise<Source> {
    return this.transaction(actor, workspaceId, async (tx) => {
      const source = await this.sources.lock(tx, workspaceId, id);
      const before = auditedSource(source);
      const provider = this.providerNamed(source.provider);
      Object.assign(source, plain);
      requireChannelName(source);
      if (options !== undefined) source.options = checkedOptions(provider, options);
      if (secrets !== undefined) source.secrets = this.secrets.seal({ ...source, provider }, secrets);
      const saved = await this.sources.update(tx, source);
      if (plain.enabled !== undefined || plain.expectEverySeconds !== undefined) await restartWatch(tx, saved);
      if (secrets !== undefined) await this.secrets.forgetOtherUses(tx, saved);
      const after = { ...auditedSource(source), ...(secrets === undefined ? {} : { secretsReplaced: true }) };
      await this.audit.record(tx, { action: 'source.changed', actor, workspaceId, target: id, before, after });
      return saved;
    });
  }

  /** @throws TidingsError `source.not-found` */
  async delete(actor: RequestActor, workspaceId: string, id: string): Promise<void> {
    await this.transaction(actor, workspaceId, async (tx) => {
      const source = await this.sources.lock(tx, workspaceId, id);
      await this.sources.delete(tx, source);
      const entry = { actor, workspaceId, target: id, before: auditedSource(source) };
      await this.audit.record(tx, { action: 'source.deleted', ...entry });
    });
  }

  private transaction<Result>(
    { principal }: RequestActor,
    workspaceId: string,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    return this.access.transaction(principal, workspaceId, WEBHOOKS_MANAGE, work);
  }

  private providerNamed(name: string): Provider {
    const provider = this.providers.find(name);
    if (provider === undefined) throw providerUnknown(`One of: ${this.providers.names.join(', ')}.`);
    return provider;
  }
}
