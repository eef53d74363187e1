import { z } from 'zod';
import { nodeDescription } from '../../platform/nodes/describe-node.js';

export const nodesResponse = z
  .object({
    items: z.array(nodeDescription.meta({ id: 'Node' })).describe('the oldest first'),
    answeredBy: z.uuid().describe('the process that answered this call'),
    missing: z
      .array(z.uuid())
      .describe('known processes that did not answer within a second; one that crashed is named for a minute'),
  })
  .meta({ id: 'Nodes' });

export type NodesResponse = z.infer<typeof nodesResponse>;
