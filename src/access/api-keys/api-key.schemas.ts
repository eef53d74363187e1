import { z } from 'zod';
import { databaseNow } from '../../platform/clock/database-clock.js';
import type { ApiKey } from '../../identity/public/api-keys.js';
import { INSTALLATION_SCOPES } from '../../identity/public/scopes.js';
import { permissionNamesAnd } from '../public/define-permission.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 365;

const expiresAt = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) > databaseNow(), 'is in the past')
  .refine((text) => Date.parse(text) < databaseNow() + 10 * DEFAULT_DAYS * DAY_MS, 'is more than ten years ahead')
  .optional()
  .describe('defaults to one year from now, so that a forgotten key expires');

export const createApiKeyRequest = z
  .strictObject({
    name: z.string().trim().min(1).max(120),
    scopes: permissionNamesAnd(INSTALLATION_SCOPES)
      .refine((names) => names.length > 0, 'must name at least one permission')
      .describe(
        'the upper bound of the permissions of the key, which has them in every workspace where its user does; administrators can add `users:impersonate`',
      ),
    expiresAt,
  })
  .meta({ id: 'CreateApiKeyRequest', example: { name: 'Nightly export', scopes: ['tasks:read'] } });

export const apiKeyResponse = z
  .object({
    id: z.uuid(),
    name: z.string(),
    scopes: z.array(z.string()),
    expiresAt: z.iso.datetime(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'ApiKey' });

export const newApiKeyResponse = apiKeyResponse
  .extend({ key: z.string().describe('`tk_<id>_<secret>`, returned only this once: the database stores its hash') })
  .meta({ id: 'NewApiKey' });

export type CreateApiKeyRequest = z.infer<typeof createApiKeyRequest>;
export type ApiKeyResponse = z.infer<typeof apiKeyResponse>;
export type NewApiKeyResponse = z.infer<typeof newApiKeyResponse>;

export const defaultExpiry = (): Date => new Date(databaseNow() + DEFAULT_DAYS * DAY_MS);

export function showApiKey({ id, name, scopes, expiresAt, createdAt }: ApiKey): ApiKeyResponse {
  return { id, name, scopes: [...scopes], expiresAt: expiresAt.toISOString(), createdAt: createdAt.toISOString() };
}
