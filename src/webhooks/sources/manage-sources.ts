import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { newId } from '../../platform/ids.js';
import { Audit } from '../../platform/audit/audit.js';
import type { Actor } from '../../platform/audit/actor.js';
import { Bus } from '../../platform/bus/bus.js';
import type { Transaction } from '../../platform/database/database.js';
import { WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import type { Provider } from '../providers/provider.js';
import { Providers } from '../providers/providers.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { SOURCES_TOPIC } from './live-sources.js';
import { Source } from './source.entity.js';
import { checkedOptions, requireSecrets } from './check-source.js';
import { providerUnknown, sourceNotFound } from './source.errors.js';
import { auditedSource, type ChangeSourceRequest, type CreateSourceRequest } from './source.schemas.js';

const KEY_BYTES = 24;

/** Creates, changes and deletes sources. Every node learns of it before the next delivery of that source is stored. */
@Injectable()
export class ManageSources {
  constructor(
    private readonly access: Access,
    private readonly providers: Providers,
    private readonly secretBox: SecretBox,
    private readonly bus: Bus,
    private readonly audit: Audit,
  ) {}

  async create(actor: RequestActor, workspaceId: string, wanted: CreateSourceRequest): Promise<Source> {
    return this.transaction(actor, workspaceId, (tx) => this.createIn(tx, actor, workspaceId, wanted));
  }

  /** Asks nobody for the right to do so. */
  async createIn(tx: Transaction, actor: Actor, workspaceId: string, wanted: CreateSourceRequest): Promise<Source> {
    const provider = this.providerNamed(wanted.provider);
    const id = newId();
    const source = await tx.manager.save(Source, {
      id,
      workspaceId,
      name: wanted.name,
      provider: provider.name,
      key: randomBytes(KEY_BYTES).toString('base64url'),
      secrets: this.seal(provider, wanted.secrets, id),
      options: checkedOptions(provider, wanted.options),
      replayGuardSeconds: wanted.replayGuardSeconds,
      dedupWindowSeconds: wanted.dedupWindowSeconds ?? null,
      enabled: true,
      version: 1,
    });
    const entry = { actor, workspaceId, target: id, after: auditedSource(source) };
    await this.audit.record(tx, { action: 'source.created', ...entry });
    return source;
  }

  /** @throws TidingsError `source.not-found` when the workspace has no such source */
  async change(
    actor: RequestActor,
    workspaceId: string,
    id: string,
    { secrets, options, ...plain }: ChangeSourceRequest,
  ): Promise<Source> {
    return this.transaction(actor, workspaceId, async (tx) => {
      const source = await this.locked(tx, workspaceId, id);
      const before = auditedSource(source);
      const provider = this.providerNamed(source.provider);
      Object.assign(source, plain);
      if (secrets !== undefined) source.secrets = this.seal(provider, secrets, id);
      if (options !== undefined) source.options = checkedOptions(provider, options);
      source.version += 1;
      tx.afterCommit(() => this.bus.publish(SOURCES_TOPIC, source.key));
      const saved = await tx.manager.save(source);
      const after = { ...auditedSource(source), ...(secrets === undefined ? {} : { secretsReplaced: true }) };
      await this.audit.record(tx, { action: 'source.changed', actor: actor, workspaceId, target: id, before, after });
      return saved;
    });
  }

  /** Its deliveries stay until they are too old. */
  async delete(actor: RequestActor, workspaceId: string, id: string): Promise<void> {
    await this.transaction(actor, workspaceId, async (tx) => {
      const source = await this.locked(tx, workspaceId, id);
      tx.afterCommit(() => this.bus.publish(SOURCES_TOPIC, source.key));
      await tx.manager.delete(Source, { id });
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

  private async locked(tx: Transaction, workspaceId: string, id: string): Promise<Source> {
    const source = await tx.manager.findOne(Source, {
      where: { id, workspaceId },
      lock: { mode: 'pessimistic_write' },
    });
    if (source === null) throw sourceNotFound();
    return source;
  }

  private providerNamed(name: string): Provider {
    const provider = this.providers.find(name);
    if (provider === undefined) throw providerUnknown(`One of: ${this.providers.names.join(', ')}.`);
    return provider;
  }

  private seal(provider: Provider, secrets: readonly string[], owner: string): string[] {
    requireSecrets(provider, secrets);
    return secrets.map((secret) => this.secretBox.seal(secret, owner));
  }
}
