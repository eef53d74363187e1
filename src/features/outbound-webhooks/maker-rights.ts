import { Injectable } from '@nestjs/common';
import { channelKind, channelPermissions, type Reader } from '../../access/public/define-channel-kind.js';
import { PermissionHolders } from '../../access/public/permission-holders.js';
import { holdsPartOf, intersectPermissions } from '../../access/public/scoped-permissions.js';
import { isBadValue, Database } from '../../platform/database/database.js';
import { Batcher } from '../../platform/concurrency/batcher.js';
import type { DisabledReason } from './disabled-reason.js';

/** The fields of an endpoint that decide which events it may get. */
export interface MadeEndpoint {
  readonly workspaceId: string;
  readonly createdBy: string | null;
  /** The maker's permissions when the maker chose the URL or the event types. */
  readonly permissions: readonly string[];
}

export interface EndpointRights {
  /** The reason to disable the endpoint; undefined while its maker may read at least some of its events. */
  readonly lost: DisabledReason | undefined;
  readonly permissions: ReadonlySet<string>;
}

/** Resolves which events endpoints may get: their makers must be able to read them now, as at the time of choice. */
@Injectable()
export class MakerRights {
  private readonly batcher: Batcher<MadeEndpoint, EndpointRights>;

  constructor(
    database: Database,
    private readonly holders: PermissionHolders,
  ) {
    this.batcher = new Batcher((endpoints) => this.ofAll(database, endpoints), isBadValue);
  }

  /** The rights as committed at the time of the call. Concurrent calls share a query. */
  of(endpoint: MadeEndpoint): Promise<EndpointRights> {
    return this.batcher.get(endpoint);
  }

  /** Reads all rights in one query. @returns in the order of `endpoints` */
  async ofAll(reader: Reader, endpoints: readonly MadeEndpoint[]): Promise<EndpointRights[]> {
    const makers = endpoints.map(({ createdBy, workspaceId }) => ({ userId: createdBy, workspaceId }));
    const standings = await this.holders.standings(reader, makers);
    const readable = [...channelPermissions()];
    return endpoints.map(({ permissions }, place) => {
      const standing = standings[place];
      const both = new Set(intersectPermissions(new Set(permissions), standing?.permissions ?? new Set()));
      if (standing?.lost !== undefined) return { lost: `maker-${standing.lost}`, permissions: both };
      const mayRead = readable.some((name) => holdsPartOf(both, name));
      return { lost: mayRead ? undefined : 'maker-lost-rights', permissions: both };
    });
  }
}

/** The permission to read the event of a message; undefined if neither the message nor its event names one. */
export function permissionOf({ permission, body }: { readonly permission: string | null; readonly body: string }) {
  if (permission !== null) return permission;
  const { data } = JSON.parse(body) as { readonly data?: { readonly channel?: string } };
  const kind = channelKind(data?.channel?.split(':')[0] ?? '');
  return kind?.owner === 'workspace' ? kind.permission : undefined;
}
