import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { Bus } from '../../platform/bus/bus.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { PageQuery } from '../../platform/http/api/page.js';
import type { ContentFilter } from './content-filter.js';
import type { DisabledReason } from './disabled-reason.js';
import { Endpoint, ENDPOINTS_TOPIC, type EndpointKind } from './endpoint.entity.js';
import { endpointNotFound } from './endpoint.errors.js';
import type { MadeEndpoint } from './maker-rights.js';

/** An endpoint that receives events. */
export interface ListeningEndpoint extends MadeEndpoint {
  readonly id: string;
  /** Empty: all types. */
  readonly eventTypes: readonly string[];
  readonly kind: EndpointKind;
  /** Empty: all sources. */
  readonly sourceIds: readonly string[];
  /** Null: all events. */
  readonly filter: ContentFilter | null;
}

/** An endpoint with its name, for the notification of its workspace. */
export interface NamedEndpoint extends MadeEndpoint {
  readonly id: string;
  readonly name: string;
}

/** The failed attempts of an endpoint since its last success. */
export interface FailureRun {
  /** The first of them. */
  readonly since: Date;
  readonly failures: number;
  readonly halfTimeWarned: boolean;
  /** Whether the endpoint is still enabled. */
  readonly enabled: boolean;
}

/** A complete endpoint, or a new one: the database sets the other columns. */
export type EndpointDraft = Partial<Endpoint> & Pick<Endpoint, 'id' | 'workspaceId'>;

/** Endpoints of a deleted workspace stay as they are, in case it is restored. */
export const OF_LIVE_WORKSPACE =
  'EXISTS (SELECT FROM workspaces WHERE workspaces.id = endpoints.workspace_id AND deleted_at IS NULL)';

/** All statements that read or change endpoints. */
@Injectable()
export class EndpointStore {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** Oldest first, and one more than `limit` when there are more. */
  list(workspaceId: string, { limit, cursor }: PageQuery): Promise<Endpoint[]> {
    return this.database.manager.find(Endpoint, {
      where: { workspaceId, ...(cursor !== undefined && { id: MoreThan(cursor) }) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
  }

  /** @throws `endpoint.not-found` */
  async get(workspaceId: string, id: string): Promise<Endpoint> {
    const endpoint = await this.database.manager.findOneBy(Endpoint, { id, workspaceId });
    if (endpoint === null) throw endpointNotFound();
    return endpoint;
  }

  /** @throws `endpoint.not-found` */
  async require(workspaceId: string, id: string): Promise<void> {
    if (!(await this.database.manager.existsBy(Endpoint, { id, workspaceId }))) throw endpointNotFound();
  }

  /** Locked until the transaction ends. @throws `endpoint.not-found` */
  async lock(tx: Transaction, workspaceId: string, id: string): Promise<Endpoint> {
    const where = { id, workspaceId };
    const endpoint = await tx.manager.findOne(Endpoint, { where, lock: { mode: 'pessimistic_write' } });
    if (endpoint === null) throw endpointNotFound();
    return endpoint;
  }

  /** Counts the endpoints of the workspace, including those of concurrent transactions that commit first. */
  async count(tx: Transaction, workspaceId: string): Promise<number> {
    // Serializes concurrent creations, so that each one counts those before it.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`endpoints ${workspaceId}`]);
    return tx.manager.countBy(Endpoint, { workspaceId });
  }

  /** Wakes the workers after the commit: the endpoint may subscribe to events that no endpoint subscribed to before. */
  save(tx: Transaction, endpoint: EndpointDraft): Promise<Endpoint> {
    tx.afterCommit(() => this.bus.publish(ENDPOINTS_TOPIC, endpoint.workspaceId));
    return tx.manager.save(Endpoint, endpoint as Endpoint);
  }

  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.manager.delete(Endpoint, { id });
  }

  /** Enabled endpoints of these workspaces. */
  listeningIn(tx: Transaction, workspaceIds: readonly string[]): Promise<ListeningEndpoint[]> {
    return tx.query<ListeningEndpoint>(
      `SELECT id, workspace_id AS "workspaceId", event_types AS "eventTypes", filter, kind,
         source_ids AS "sourceIds", created_by AS "createdBy", permissions
       FROM endpoints WHERE enabled AND workspace_id = ANY($1::uuid[]) AND ${OF_LIVE_WORKSPACE}`,
      [workspaceIds],
    );
  }

  /** Enabled endpoints of these makers, or of all. */
  enabledOf(makers: readonly string[] | 'everybody'): Promise<NamedEndpoint[]> {
    return this.database.query<NamedEndpoint>(
      `SELECT id, workspace_id AS "workspaceId", name, created_by AS "createdBy", permissions FROM endpoints
       WHERE enabled AND ($1::uuid[] IS NULL OR created_by = ANY($1::uuid[])) AND ${OF_LIVE_WORKSPACE} ORDER BY id`,
      [makers === 'everybody' ? null : makers],
    );
  }

  /** Ids of enabled endpoints that have a message to send. */
  async withDueMessages(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM endpoints WHERE enabled AND ${OF_LIVE_WORKSPACE} AND EXISTS (
         SELECT 1 FROM messages WHERE endpoint_id = endpoints.id AND status = 'pending' AND due_at <= now())`,
    );
    return rows.map(({ id }) => id);
  }

  async isEnabled(tx: Transaction, id: string): Promise<boolean> {
    const [endpoint] = await tx.query<{ enabled: boolean }>(
      `SELECT enabled AND ${OF_LIVE_WORKSPACE} AS enabled FROM endpoints WHERE id = $1`,
      [id],
    );
    return endpoint?.enabled === true;
  }

  /** @returns false if the endpoint is disabled already, another user has taken it over, or the workspace is deleted */
  async disable(
    tx: Transaction,
    { id, createdBy }: Pick<NamedEndpoint, 'id' | 'createdBy'>,
    reason: DisabledReason,
  ): Promise<boolean> {
    const disabled = await tx.query(
      `UPDATE endpoints SET enabled = false, disabled_reason = $2
       WHERE id = $1 AND enabled AND created_by IS NOT DISTINCT FROM $3 AND ${OF_LIVE_WORKSPACE} RETURNING id`,
      [id, reason, createdBy],
    );
    return disabled.length > 0;
  }

  async recordSuccess(tx: Transaction, id: string): Promise<void> {
    await tx.query('UPDATE endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL', [id]);
  }

  /**
   * The first failure after a success begins a new run: it resets the count and the warning.
   * @returns undefined if the URL of the endpoint has changed since the attempt began
   */
  async recordFailure(tx: Transaction, id: string, url: string, at: Date): Promise<FailureRun | undefined> {
    const [run] = await tx.query<FailureRun>(
      `UPDATE endpoints SET failing_since = COALESCE(failing_since, $3),
         failures_in_a_row = CASE WHEN failing_since IS NULL THEN 1 ELSE failures_in_a_row + 1 END,
         half_time_warned = half_time_warned AND failing_since IS NOT NULL
       WHERE id = $1 AND url = $2
       RETURNING failing_since AS since, failures_in_a_row AS failures, half_time_warned AS "halfTimeWarned", enabled`,
      [id, url, at],
    );
    return run;
  }

  async recordHalfTimeWarning(tx: Transaction, id: string): Promise<void> {
    await tx.query('UPDATE endpoints SET half_time_warned = true WHERE id = $1', [id]);
  }
}
