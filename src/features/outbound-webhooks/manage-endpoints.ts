import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Access } from '../../access/public/access.js';
import { permissionDenied } from '../../access/public/access.errors.js';
import { holds, intersectPermissions } from '../../access/public/scoped-permissions.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import type { Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { WEBHOOKS_BODIES, WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { CheckEndpoint } from './check-endpoint.js';
import { isMakerReason } from './disabled-reason.js';
import type { Endpoint } from './endpoint.entity.js';
import { EndpointStore } from './endpoint.store.js';
import { endpointTooMany } from './endpoint.errors.js';
import { auditedEndpoint, type ChangeEndpointRequest, type CreateEndpointRequest } from './endpoint.schemas.js';
import { newSigningSecret } from './sign-message.js';

const MAX_ENDPOINTS = 100;
const OVERLAP_HOURS = 24;

const relayDenied = () => permissionDenied(`A relay requires ${WEBHOOKS_BODIES}.`);

type Audited = ReturnType<typeof auditedEndpoint>;

/** An endpoint with its new signing secret, which is shown only once. */
export interface WithSecret {
  readonly endpoint: Endpoint;
  readonly secret: string;
}

/** Creates, changes and deletes the addresses that a workspace's events are sent to. */
@Injectable()
export class ManageEndpoints {
  constructor(
    private readonly access: Access,
    private readonly endpoints: EndpointStore,
    private readonly check: CheckEndpoint,
    private readonly secretBox: SecretBox,
    private readonly audit: Audit,
  ) {}

  /**
   * @throws `permission.denied` for a relay without `webhooks:bodies`, `endpoint.too-many`,
   *   `endpoint.unknown-event-type`, `endpoint.unknown-source`, `address.refused`, `address.unresolved`
   */
  async create(actor: RequestActor, workspaceId: string, request: CreateEndpointRequest): Promise<WithSecret> {
    await this.check.url(request);
    const id = newId();
    const secret = newSigningSecret();
    const endpoint = await this.transaction(actor, workspaceId, async (tx, heldPermissions) => {
      await this.check.types(tx, workspaceId, request);
      await this.check.sources(tx, { workspaceId, sourceIds: [] }, request);
      const permissions = heldPermissions.toSorted();
      if (request.kind === 'relay' && !holds(new Set(permissions), WEBHOOKS_BODIES)) throw relayDenied();
      if ((await this.endpoints.count(tx, workspaceId)) >= MAX_ENDPOINTS) throw endpointTooMany();
      const secrets = [this.secretBox.seal(secret, id)];
      const createdBy = actor.principal.userId;
      const draft = { id, workspaceId, ...this.columnsOf(request, id), createdBy, permissions, secrets, enabled: true };
      const made = await this.endpoints.save(tx, draft);
      await this.record(tx, 'endpoint.created', actor, made);
      return made;
    });
    return { endpoint, secret };
  }

  /**
   * The user who changes the URL or the event types becomes the maker, so that a user cannot read more by pointing
   * another user's endpoint at their own URL. A user who enables an endpoint without a maker takes it over.
   * @throws `endpoint.not-found`, and the errors of `create`
   */
  async change(
    actor: RequestActor,
    workspaceId: string,
    id: string,
    request: ChangeEndpointRequest,
  ): Promise<Endpoint> {
    await this.check.url(request);
    return this.transaction(actor, workspaceId, async (tx, heldPermissions) => {
      const endpoint = await this.endpoints.lock(tx, workspaceId, id);
      await this.check.types(tx, workspaceId, request);
      await this.check.sources(tx, endpoint, request);
      const before = auditedEndpoint(endpoint);
      const permissions = await this.permissionsAfterTakeover(tx, endpoint, request, heldPermissions);
      Object.assign(
        endpoint,
        this.columnsOf(request, id),
        permissions && { permissions, createdBy: actor.principal.userId },
      );
      if (request.enabled === true) endpoint.disabledReason = null;
      if (request.enabled === true || request.url !== undefined) endpoint.failingSince = null;
      const saved = await this.endpoints.save(tx, endpoint);
      await this.record(tx, 'endpoint.changed', actor, saved, before);
      return saved;
    });
  }

  /** Messages carry signatures of both secrets for 24 hours, so that none is lost. @throws `endpoint.not-found` */
  async rotateSecret(actor: RequestActor, workspaceId: string, id: string): Promise<WithSecret> {
    const secret = newSigningSecret();
    const endpoint = await this.transaction(actor, workspaceId, async (tx) => {
      const found = await this.endpoints.lock(tx, workspaceId, id);
      found.secrets = [this.secretBox.seal(secret, id), ...found.secrets.slice(0, 1)];
      found.oldSecretUntil = new Date(databaseNow() + OVERLAP_HOURS * 3_600_000);
      const saved = await this.endpoints.save(tx, found);
      await this.record(tx, 'endpoint.secret-rotated', actor, saved);
      return saved;
    });
    return { endpoint, secret };
  }

  /** Deletes the endpoint with its messages. @throws `endpoint.not-found` */
  async delete(actor: RequestActor, workspaceId: string, id: string): Promise<void> {
    await this.transaction(actor, workspaceId, async (tx) => {
      const endpoint = await this.endpoints.lock(tx, workspaceId, id);
      await this.endpoints.delete(tx, id);
      await this.audit.record(tx, {
        action: 'endpoint.deleted',
        actor,
        workspaceId,
        target: id,
        before: auditedEndpoint(endpoint),
      });
    });
  }

  /**
   * @returns the permissions of the endpoint with the caller as its maker; undefined if the maker stays. Without a new
   *   URL or event types they cannot grow: the URL is the former maker's choice.
   */
  private async permissionsAfterTakeover(
    tx: Transaction,
    endpoint: Endpoint,
    request: ChangeEndpointRequest,
    heldPermissions: readonly string[],
  ): Promise<string[] | undefined> {
    if (request.url !== undefined || request.eventTypes !== undefined) return heldPermissions.toSorted();
    if (request.enabled !== true || (await this.hasMaker(tx, endpoint))) return undefined;
    return intersectPermissions(new Set(endpoint.permissions), new Set(heldPermissions));
  }

  private async hasMaker(tx: Transaction, { createdBy, disabledReason, workspaceId }: Endpoint): Promise<boolean> {
    if (createdBy === null || isMakerReason(disabledReason)) return false;
    return this.access.lockActiveMember(tx, workspaceId, createdBy);
  }

  private columnsOf<Request extends ChangeEndpointRequest>({ headers, ...columns }: Request, id: string) {
    if (headers === undefined) return columns;
    const sealedHeaders = Object.values(headers).map((value) => this.secretBox.seal(value, id));
    return { ...columns, headerNames: Object.keys(headers), sealedHeaders };
  }

  private transaction<Result>(
    { principal }: RequestActor,
    workspaceId: string,
    work: (tx: Transaction, heldPermissions: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    return this.access.transaction(principal, workspaceId, WEBHOOKS_MANAGE, work);
  }

  private async record(
    tx: Transaction,
    action: `endpoint.${string}`,
    actor: RequestActor,
    endpoint: Endpoint,
    before?: Audited,
  ): Promise<void> {
    const { id: target, workspaceId } = endpoint;
    const after = auditedEndpoint(endpoint);
    await this.audit.record(tx, { action, actor, workspaceId, target, after, before });
  }
}
