import { z } from 'zod';
import { isScope } from '../../../access/public/scoped-permissions.js';

const MAX_RULES = 50;
const TEN_YEARS_SECONDS = 10 * 365 * 86_400;

const rule = z
  .strictObject({
    topics: z
      .string()
      .max(520)
      .refine((text) => text === '*' || isScope(text), 'must be a path, a path that ends with `/*`, or `*`')
      .describe('`orders/eu`: one topic; `orders/*`: one subtree; `*`: all topics'),
    maxAgeSeconds: z.int().min(60).max(TEN_YEARS_SECONDS).optional().describe('older events are deleted'),
    maxEvents: z.int().min(1).max(1_000_000_000).optional().describe('each topic keeps its newest events'),
  })
  .refine(({ maxAgeSeconds, maxEvents }) => maxAgeSeconds !== undefined || maxEvents !== undefined, {
    path: ['maxAgeSeconds'],
    message: 'set `maxAgeSeconds`, `maxEvents` or both',
  });

export const retentionSchema = z
  .strictObject({
    rules: z
      .array(rule)
      .max(MAX_RULES)
      .refine((rules) => new Set(rules.map(({ topics }) => topics)).size === rules.length, 'must name topics once'),
  })
  .meta({
    id: 'TopicRetention',
    example: { rules: [{ topics: 'orders/*', maxAgeSeconds: 604_800, maxEvents: 10_000 }] },
  });

export type RetentionRule = z.infer<typeof rule>;
export type TopicRetentionRules = z.infer<typeof retentionSchema>;
