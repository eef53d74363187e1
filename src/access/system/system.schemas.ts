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

export const settingsResponse = z
  .object({
    items: z.array(
      z
        .object({
          name: z.string(),
          description: z.string(),
          value: z.string().nullable().describe('null for a secret, and for a setting without a value'),
          secret: z.boolean().describe('whether the value is never shown'),
          isDefault: z.boolean().describe('whether it has its default value'),
          others: z
            .array(z.object({ nodeId: z.uuid(), value: z.string().nullable() }))
            .describe('the processes with another value; empty for a secret'),
        })
        .meta({ id: 'Setting' }),
    ),
    answeredBy: z.uuid().describe('the process that answered this call'),
    missing: z.array(z.uuid()).describe('known processes that did not answer within a second'),
  })
  .meta({ id: 'Settings' });

export type SettingsResponse = z.infer<typeof settingsResponse>;
export type NodesResponse = z.infer<typeof nodesResponse>;
