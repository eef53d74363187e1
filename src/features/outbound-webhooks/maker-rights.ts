import { Injectable } from '@nestjs/common';
import { channelKind, channelPermissions, type Reader } from '../../access/public/define-channel-kind.js';
import { PermissionHolders } from '../../access/public/permission-holders.js';
import { isBadValue, Database } from '../../platform/database/database.js';
import { Batcher } from '../../platform/concurrency/batcher.js';
import type { DisabledReason } from './disabled-reason.js';

/** An endpoint as far as it matters for what may be sent to it. */
export interface MadeEndpoint {
  readonly workspaceId: string;
  readonly createdBy: string | null;
  /** Those that its maker had. */
  readonly permissions: readonly string[];
}

export interface EndpointRights {
  /** Why the endpoint has to be switched off; undefined while its maker may read anything that it could be sent. */
  readonly lost: DisabledReason | undefined;
  readonly permissions: ReadonlySet<string>;
}

/** What endpoints may be sent at the moment: what their makers may read now, within what they could when they chose. */
@Injectable()
export class MakerRights {
  private readonly questions: Batcher<MadeEndpoint, EndpointRights>;

  constructor(
    database: Database,
    private readonly holders: PermissionHolders,
  ) {
    this.questions = new Batcher((endpoints) => this.ofAll(database, endpoints), isBadValue);
  }

  /** As committed when it is asked; shares a query with those who ask at the same time. */
  of(endpoint: MadeEndpoint): Promise<EndpointRights> {
    return this.questions.get(endpoint);
  }

  /** In one query. @returns in the order of `endpoints` */
  async ofAll(reader: Reader, endpoints: readonly MadeEndpoint[]): Promise<EndpointRights[]> {
    const makers = endpoints.map(({ createdBy, workspaceId }) => ({ userId: createdBy, workspaceId }));
    const standings = await this.holders.standings(reader, makers);
    const readable = [...channelPermissions()];
    return endpoints.map(({ permissions }, place) => {
      const standing = standings[place];
      const both = new Set(permissions.filter((permission) => standing?.permissions.has(permission) === true));
      if (standing?.lost !== undefined) return { lost: `maker-${standing.lost}`, permissions: both };
      const mayRead = readable.some((permission) => both.has(permission));
      return { lost: mayRead ? undefined : 'maker-lost-rights', permissions: both };
    });
  }
}

/** What reading the event in a message takes; undefined where neither the message nor its event tells. */
export function permissionOf({ permission, body }: { readonly permission: string | null; readonly body: string }) {
  if (permission !== null) return permission;
  const { data } = JSON.parse(body) as { readonly data?: { readonly channel?: string } };
  const kind = channelKind(data?.channel?.split(':')[0] ?? '');
  return kind?.owner === 'workspace' ? kind.permission : undefined;
}
