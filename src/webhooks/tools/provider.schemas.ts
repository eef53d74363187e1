import { z } from 'zod';
import type { ProviderFixtures } from '../providers/fixtures.js';
import type { Provider } from '../providers/provider.js';
import { proofOf } from '../providers/proof-of.js';
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
    secretFrom: z
      .enum(['sender', 'receiver', 'either'])
      .nullable()
      .describe(
        'which side makes the secret: `sender`: its console shows it; `receiver`: you choose it; `either`: both work; null: none is entered. Only with `receiver` a source needs its secret when it is created',
      ),
    secretAfterUrl: z.boolean().describe('whether the sender shows its secret only after it has the URL of the source'),
    proof: z
      .enum(['signature', 'token', 'password', 'public-key'])
      .describe(
        'how a request proves its sender: a signature made with the secret, the secret itself as a token or as `user:password`, or a signature that a public key verifies',
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
  const { name, secrets, secretFrom = null, secretAfterUrl = false, setup } = provider;
  return {
    name,
    label: setup?.label ?? name,
    documentation: setup?.documentation ?? null,
    secrets,
    secretFrom,
    secretAfterUrl,
    proof: proofOf(provider, {}),
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
