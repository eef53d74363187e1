import { z } from 'zod';
import { loadProviders } from '../providers/load-providers.js';
import type { Provider } from '../providers/provider.js';
import { dedupWindowOf, MAX_DEDUP_WINDOW_SECONDS } from './dedup-window.js';
import type { Source } from './source.entity.js';

export const MAX_SECRETS = 2;
const DAY_SECONDS = 86_400;

const secrets = z
  .array(z.string().min(1).max(1000))
  .max(MAX_SECRETS)
  .describe('the signing secret; two during a rotation; none for `open`');
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
const name = z.string().trim().min(1).max(120);

export const createSourceRequest = z
  .strictObject({
    name,
    provider: z.string().max(40).describe('e.g. `github`, `stripe`, `open`'),
    secrets: secrets.default([]),
    options: options.default({}),
    replayGuardSeconds: replayGuardSeconds.default(0),
    dedupWindowSeconds: dedupWindowSeconds.optional(),
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
  })
  .meta({ id: 'ChangeSourceRequest', example: { secrets: ['the new secret', 'the old secret'] } });

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
    enabled: z.boolean(),
    createdAt: z.iso.datetime(),
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
  const { name, provider, options, replayGuardSeconds, dedupWindowSeconds, enabled, secrets } = source;
  const window = dedupWindowSeconds === null ? {} : { dedupWindowSeconds };
  return { name, provider, options, replayGuardSeconds, ...window, enabled, secrets: secrets.length };
}

export function showSource(source: Source, provider: Provider | undefined, publicUrl: string): SourceResponse {
  const { id, name, key, options, replayGuardSeconds, enabled } = source;
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
    enabled,
    createdAt: source.createdAt.toISOString(),
  };
}
