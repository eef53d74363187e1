import { z } from 'zod';
import { moment } from '../../platform/http/api/moment.js';
import { deliveryStatus } from './delivery-status.js';

export const TEST_RULE = 'true: only simulated deliveries; false: only those of the sender';

const text = z.string().min(1).max(200);

/** The conditions of a filter, in query strings and request bodies. A delivery must meet all of them. */
export const filterFields = {
  status: deliveryStatus.optional(),
  sourceId: z.uuid().optional(),
  provider: text.optional().describe('name of the provider, e.g. `github`'),
  eventType: text.optional().describe("the sender's name for what happened, e.g. `pull_request.opened`"),
  since: moment.optional().describe('only deliveries received at this time or later'),
  until: moment.optional().describe('only deliveries received before this time'),
  providerDeliveryId: text.optional().describe("the sender's own id"),
  test: z.boolean().optional().describe(TEST_RULE),
  q: text.optional().describe('a part of the title or of the sender, in any case'),
};

const filterObject = z.object(filterFields);

/** Conditions on values of the JSON body: path -> text of the value. */
export type BodyConditions = Readonly<Record<string, string>>;

export type DeliveryFilter = z.infer<typeof filterObject> & { readonly body?: BodyConditions | undefined };

/** False for a window that cannot hold a delivery. */
export const isWindow = ({ since, until }: { since?: string | undefined; until?: string | undefined }): boolean =>
  since === undefined || until === undefined || since < until;

export const WINDOW_RULE = { path: ['until'], message: 'must be later than `since`' };

const PREFIX = 'body.';
const PATH = /^[^.]{1,100}(?:\.[^.]{1,100}){0,15}$/;
const MAX_CONDITIONS = 5;

const conditions = z
  .record(z.string().regex(PATH, 'must be a path of 1 to 16 names, separated by dots'), z.string().max(200))
  .refine((map) => Object.keys(map).length <= MAX_CONDITIONS, `must be at most ${MAX_CONDITIONS} conditions`);

/** For request bodies; a query string has `body.<path>=value` instead. */
export const bodyConditions = conditions
  .optional()
  .describe('path into the JSON body, with dots -> text of the value there; requires `webhooks:bodies`');

/** Whether each parameter `body.<path>=value` of a query string is a condition. */
export function areBodyConditions(query: Readonly<Record<string, unknown>>): boolean {
  const raw = rawConditions(query);
  // Zod drops this name, and a dropped condition would match every delivery.
  return !Object.hasOwn(raw, '__proto__') && conditions.safeParse(raw).success;
}

/** The conditions of a query string that `areBodyConditions` accepts; undefined without any. */
export function bodyConditionsOf(query: Readonly<Record<string, unknown>>): BodyConditions | undefined {
  const found = rawConditions(query);
  return Object.keys(found).length === 0 ? undefined : conditions.parse(found);
}

function rawConditions(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(query).filter(([name]) => name.startsWith(PREFIX));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(PREFIX.length), value]));
}
