import { z } from 'zod';
import { loadProviders } from '../providers/load-providers.js';
import type { Provider } from '../providers/provider.js';
import { webhooksChannelOf } from '../public/webhooks.declarations.js';
import { allowedAddresses } from './allowed-addresses.js';
import { dedupWindowOf, MAX_DEDUP_WINDOW_SECONDS } from './dedup-window.js';
import { include } from './include.js';
import type { SourceActivity } from './source-activity.entity.js';
import type { Source } from './source.entity.js';

export const MAX_SECRETS = 2;
const DAY_SECONDS = 86_400;

const secrets = z
  .array(z.string().min(1).max(1000))
  .max(MAX_SECRETS)
  .describe(
    'the signing secret; two during a rotation; none for `open`, and until a sender that makes it has shown it',
  );
/** Documents the options of all providers; `checkedOptions` validates them, with the provider in its errors. */
const optionsOfProviders = [...(await loadProviders()).values()].flatMap(({ options }) =>
  options === undefined ? [] : z.toJSONSchema(options, { io: 'input' }),
);
const options = z.record(z.string(), z.unknown()).meta({
  description: 'settings of the provider: `hmac` requires `header`, the others have none',
  anyOf: [...optionsOfProviders.map(({ $schema: _dialect, ...schema }) => schema), { type: 'object' }],
});
const replayGuardSeconds = z
  .int()
  .min(0)
  .max(30 * DAY_SECONDS)
  .describe('a second delivery of the same bytes within this time makes no event; 0 disables the guard');
const dedupWindowSeconds = z
  .int()
  .min(0)
  .max(MAX_DEDUP_WINDOW_SECONDS)
  .describe(
    'how long equal bytes without an id of the sender count as a repeat; 0 disables it; default: 10 for `open`, 86400 for `hmac`, 30 days for the others',
  );
const ownChannel = z
  .boolean()
  .describe(
    'true: events go to `webhooks:<workspaceId>/<name>`, and not to the channel of the workspace; the name must fit',
  );
const eventPerItem = z
  .boolean()
  .describe(
    'true: each item of a JSON list or of JSON Lines has an event of its own, the first 1,000 of a delivery of up to 4 MiB',
  );
const expectEverySeconds = z
  .int()
  .min(60)
  .max(30 * DAY_SECONDS)
  .nullable()
  .describe(
    'when nothing was accepted for this long, `source:silent` is published and users who manage webhooks are notified; null: never',
  );
const name = z.string().trim().min(1).max(120);

export const createSourceRequest = z
  .strictObject({
    name,
    provider: z.string().max(40).describe('e.g. `github`, `stripe`, `open`'),
    secrets: secrets.default([]),
    options: options.default({}),
    replayGuardSeconds: replayGuardSeconds.default(0),
    dedupWindowSeconds: dedupWindowSeconds.optional(),
    include: include.default('none'),
    ownChannel: ownChannel.default(false),
    eventPerItem: eventPerItem.default(false),
    expectEverySeconds: expectEverySeconds.optional(),
    allowedAddresses: allowedAddresses.default([]),
  })
  .meta({
    id: 'CreateSourceRequest',
    example: { name: 'octo/hello', provider: 'github', secrets: ['a long random secret'] },
  });

export const changeSourceRequest = z
  .strictObject({
    name: name.optional(),
    enabled: z.boolean().optional(),
    secrets: secrets.optional(),
    options: options.optional(),
    replayGuardSeconds: replayGuardSeconds.optional(),
    dedupWindowSeconds: dedupWindowSeconds.optional(),
    include: include.optional(),
    ownChannel: ownChannel.optional(),
    eventPerItem: eventPerItem.optional(),
    expectEverySeconds: expectEverySeconds.optional(),
    allowedAddresses: allowedAddresses.optional(),
  })
  .meta({ id: 'ChangeSourceRequest', example: { secrets: ['the new secret', 'the old secret'] } });

const time = z.iso.datetime().nullable();

export const sourceResponse = z
  .object({
    id: z.uuid(),
    name: z.string(),
    provider: z.string(),
    key: z.string(),
    url: z.url().describe('the URL to configure at the sender'),
    secrets: z.int().describe('the number of active secrets; secrets are never shown'),
    options: z.record(z.string(), z.unknown()),
    replayGuardSeconds: z.int(),
    dedupWindowSeconds: z.int().describe('the effective value: the setting, or the default of the provider'),
    include,
    ownChannel: z.boolean(),
    channel: z.string().describe('the channel of its events'),
    eventPerItem,
    expectEverySeconds,
    allowedAddresses,
    enabled: z.boolean(),
    createdAt: z.iso.datetime(),
    lastSeenAt: time.describe('when the last webhook was accepted, a few seconds late; simulated ones do not count'),
    lastRefusedAt: time.describe('when the last webhook was refused, a few seconds late'),
    secretUses: z
      .array(z.object({ lastUsedAt: time.describe('null: not since the secret was set') }))
      .describe('when each secret last made the signature of an accepted webhook, in the order of the secrets'),
  })
  .meta({ id: 'Source' });

export const changedSourceResponse = sourceResponse
  .extend({
    warnings: z
      .array(z.string())
      .describe('problems of secrets in this request that were accepted, such as `secrets[0]: has 3 characters ...`'),
  })
  .meta({ id: 'ChangedSource' });

export type ChangedSourceResponse = z.infer<typeof changedSourceResponse>;
export type CreateSourceRequest = z.infer<typeof createSourceRequest>;
export type ChangeSourceRequest = z.infer<typeof changeSourceRequest>;
export type SourceResponse = z.infer<typeof sourceResponse>;

export const webhookUrl = (publicUrl: string, key: string): string => `${publicUrl}/webhooks/${key}`;

/** The fields of a source in the audit trail: only the number of secrets, and no key, which grants access. */
export function auditedSource(source: Source) {
  const { name, provider, options, replayGuardSeconds, dedupWindowSeconds, include, ownChannel, enabled } = source;
  const window = dedupWindowSeconds === null ? {} : { dedupWindowSeconds };
  const { expectEverySeconds: every } = source;
  const expected = every === null ? {} : { expectEverySeconds: every };
  return {
    name,
    provider,
    options,
    replayGuardSeconds,
    ...window,
    ...expected,
    include,
    ownChannel,
    ...(source.eventPerItem && { eventPerItem: true }),
    ...(source.allowedAddresses.length > 0 && { allowedAddresses: source.allowedAddresses }),
    enabled,
    secrets: source.secrets.length,
  };
}

/** The parts of a source that are not in its row. */
export interface SourceContext {
  readonly provider: Provider | undefined;
  readonly publicUrl: string;
  /** Undefined: no request yet. */
  readonly activity: SourceActivity | undefined;
  /** The fingerprints of each secret, in the order of the secrets. */
  readonly fingerprints: readonly (readonly string[])[];
}

export function showSource(source: Source, context: SourceContext): SourceResponse {
  const { provider, publicUrl, activity, fingerprints } = context;
  const { id, name, key, options, replayGuardSeconds, include, ownChannel, enabled } = source;
  return {
    id,
    name,
    provider: source.provider,
    key,
    url: webhookUrl(publicUrl, key),
    secrets: source.secrets.length,
    options,
    replayGuardSeconds,
    dedupWindowSeconds: dedupWindowOf(source, provider),
    include,
    ownChannel,
    channel: webhooksChannelOf(source.workspaceId, ownChannel ? name : null),
    eventPerItem: source.eventPerItem,
    expectEverySeconds: source.expectEverySeconds,
    allowedAddresses: source.allowedAddresses,
    enabled,
    createdAt: source.createdAt.toISOString(),
    lastSeenAt: activity?.lastSeenAt?.toISOString() ?? null,
    lastRefusedAt: activity?.lastRefusedAt?.toISOString() ?? null,
    secretUses: fingerprints.map((names) => ({ lastUsedAt: lastUse(names, activity?.secretUses ?? {}) })),
  };
}

function lastUse(names: readonly string[], uses: Readonly<Record<string, string>>): string | null {
  const times = names.map((name) => uses[name]).filter((at) => at !== undefined);
  return times.toSorted().at(-1) ?? null;
}
