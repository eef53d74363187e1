import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AskNodes } from '../../platform/nodes/ask-nodes.js';

const QUESTION = 'rights-preview';

/** The rights that a member would have. */
const previewedRights = z.object({ userId: z.string(), workspaceId: z.string(), permissions: z.array(z.string()) });
export type PreviewedRights = z.infer<typeof previewedRights>;

export const closes = z.object({
  subscriptions: z.int().min(0).describe('subscriptions that end'),
  sockets: z.int().min(0).describe('connections that lose at least one of them; they stay open'),
  documents: z.int().min(0).describe('editing sessions of documents that are closed'),
});
export type Closes = z.infer<typeof closes>;

type CountClosed = (rights: PreviewedRights) => Promise<Partial<Closes>> | Partial<Closes>;

/** Tells what a change of rights would end on all nodes. Rooms that serve users by their rights add what they hold. */
@Injectable()
export class RightsPreview {
  private readonly counters: CountClosed[] = [];

  constructor(private readonly nodes: AskNodes) {
    nodes.handle(QUESTION, (args) => this.count(previewedRights.parse(args)));
  }

  /** @param count what these rights would end in this process */
  add(count: CountClosed): void {
    this.counters.push(count);
  }

  /** @returns within about a second; nodes that did not answer are in `missing` */
  async ask(rights: PreviewedRights): Promise<{ readonly closes: Closes; readonly missing: string[] }> {
    const { byNode, missing } = await this.nodes.ask(QUESTION, { args: rights, schema: closes });
    return { closes: sum([...byNode.values()]), missing };
  }

  private async count(rights: PreviewedRights): Promise<Closes> {
    return sum(await Promise.all(this.counters.map(async (count) => count(rights))));
  }
}

function sum(parts: readonly Partial<Closes>[]): Closes {
  const total = { subscriptions: 0, sockets: 0, documents: 0 };
  for (const { subscriptions = 0, sockets = 0, documents = 0 } of parts) {
    total.subscriptions += subscriptions;
    total.sockets += sockets;
    total.documents += documents;
  }
  return total;
}
