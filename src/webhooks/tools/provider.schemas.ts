import { z } from 'zod';
import type { ProviderFixtures } from '../providers/fixtures.js';
import type { Provider } from '../providers/provider.js';
import { eventTypesOf } from './test-source.js';

export const providerResponse = z
  .object({
    name: z.string().describe('the `provider` of a source'),
    label: z.string().describe('the name of the sender, for users'),
    documentation: z.url().nullable().describe("the sender's own page"),
    secrets: z
      .string()
      .describe(
        '`required`; `none`: any request is accepted; `handshake`: a source without a secret gets it from the sender; `published`: the sender publishes its keys, and a source has no secret',
      ),
    setup: z
      .object({
        steps: z
          .array(z.string())
          .describe('Markdown, in order; `{url}` stands for the URL of the source, which a client inserts'),
        secret: z.string().describe('where the secret comes from'),
      })
      .nullable(),
    options: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('the JSON Schema of `options` of a source; null: the provider takes none'),
    handshakes: z.boolean().describe('whether the sender may test the URL, which is answered and not stored'),
    eventTypes: z
      .array(z.string())
      .describe('event types with an example, for `POST .../sources/{id}/test`; no full list'),
  })
  .meta({ id: 'Provider' });

export const providersResponse = z.object({ items: z.array(providerResponse) }).meta({ id: 'Providers' });

export type ProviderResponse = z.infer<typeof providerResponse>;
export type ProvidersResponse = z.infer<typeof providersResponse>;

export function showProvider(provider: Provider, { examples }: ProviderFixtures): ProviderResponse {
  const { name, secrets, setup } = provider;
  return {
    name,
    label: setup?.label ?? name,
    documentation: setup?.documentation ?? null,
    secrets,
    setup: setup === undefined ? null : { steps: [...setup.steps], secret: setup.secret },
    options: optionsSchemaOf(provider),
    handshakes: provider.handshake !== undefined || provider.unsignedHandshake !== undefined,
    eventTypes: eventTypesOf(examples),
  };
}

function optionsSchemaOf({ options }: Provider): Record<string, unknown> | null {
  if (options === undefined) return null;
  const { $schema: _dialect, ...schema } = z.toJSONSchema(options, { io: 'input' });
  return schema;
}
