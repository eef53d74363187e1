import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../platform/database/database.js';
import { AskNodes } from '../../platform/nodes/ask-nodes.js';
import { effectivePermissions, type Rights } from '../permissions/effective-permissions.js';

const QUESTION = 'rights-preview';

/** The rights that one member would have, or the permissions that a role would have. */
const previewedChange = z.object({
  workspaceId: z.string(),
  of: z.union([z.object({ userId: z.string() }), z.object({ role: z.string() })]),
  permissions: z.array(z.string()),
});
export type PreviewedChange = z.infer<typeof previewedChange>;

/** The effective permissions that members would have, by the id of the user. */
export interface PreviewedRights {
  readonly workspaceId: string;
  readonly members: ReadonlyMap<string, readonly string[]>;
}

export const closes = z.object({
  subscriptions: z.int().min(0).describe('subscriptions that end'),
  sockets: z.int().min(0).describe('connections that lose at least one of them; they stay open'),
  documents: z.int().min(0).describe('editing sessions of documents that are closed'),
});
export type Closes = z.infer<typeof closes>;

const NOTHING: Closes = { subscriptions: 0, sockets: 0, documents: 0 };

/** The effects of a change of rights. */
export const rightsChangePreview = z
  .object({
    permissions: z.object({ gained: z.array(z.string()), lost: z.array(z.string()) }),
    closes,
    missingNodes: z.array(z.uuid()).describe('processes that did not answer: they may have more to close'),
  })
  .meta({ id: 'RightsChangePreview' });
export type RightsChangePreview = z.infer<typeof rightsChangePreview>;

type CountClosed = (rights: PreviewedRights) => Promise<Partial<Closes>> | Partial<Closes>;

/** Tells what a change of rights would end on all nodes. Rooms that serve users by their rights add what they hold. */
@Injectable()
export class RightsPreview {
  private readonly counters: CountClosed[] = [];

  constructor(
    private readonly nodes: AskNodes,
    private readonly database: Database,
  ) {
    nodes.handle(QUESTION, (args) => this.count(previewedChange.parse(args)));
  }

  /** @param count what these rights would end in this process */
  add(count: CountClosed): void {
    this.counters.push(count);
  }

  /** @param before the permissions of the member or role as they are @returns within about a second */
  async run(before: readonly string[], change: PreviewedChange): Promise<RightsChangePreview> {
    const after = change.permissions;
    const [had, has] = [new Set(before), new Set(after)];
    const gained = after.filter((permission) => !had.has(permission));
    const lost = before.filter((permission) => !has.has(permission));
    if (lost.length === 0) return { permissions: { gained, lost }, closes: NOTHING, missingNodes: [] };
    const { byNode, missing } = await this.nodes.ask(QUESTION, { args: change, schema: closes });
    return { permissions: { gained, lost }, closes: sum([...byNode.values()]), missingNodes: missing };
  }

  private async count(change: PreviewedChange): Promise<Closes> {
    const rights = { workspaceId: change.workspaceId, members: await this.membersAfter(change) };
    return sum(await Promise.all(this.counters.map(async (count) => count(rights))));
  }

  private async membersAfter({ workspaceId, of, permissions }: PreviewedChange): Promise<PreviewedRights['members']> {
    if ('userId' in of) return new Map([[of.userId, permissions]]);
    const holders = await this.database.query<Pick<Rights, 'granted' | 'denied'> & { userId: string }>(
      'SELECT user_id AS "userId", granted, denied FROM members WHERE workspace_id = $1 AND role = $2',
      [workspaceId, of.role],
    );
    return new Map(
      holders.map(({ userId, granted, denied }) => {
        return [userId, effectivePermissions({ role: of.role, rolePermissions: permissions, granted, denied })];
      }),
    );
  }
}

function sum(parts: readonly Partial<Closes>[]): Closes {
  const total = { ...NOTHING };
  for (const { subscriptions = 0, sockets = 0, documents = 0 } of parts) {
    total.subscriptions += subscriptions;
    total.sockets += sockets;
    total.documents += documents;
  }
  return total;
}
