import { z } from 'zod';
import type { StoredSession } from './sessions.store.js';

export const sessionResponse = z
  .object({
    id: z.uuid(),
    current: z.boolean().describe('whether this call was made in this session'),
    createdAt: z.iso.datetime(),
    refreshedAt: z.iso.datetime().nullable().describe('when its access token was last renewed; null: never'),
    expiresAt: z.iso.datetime().describe('each refresh extends it'),
    ip: z.string().nullable().describe('the address of the last login or refresh, if it is known'),
    userAgent: z.string().nullable().describe('the User-Agent of the last login or refresh, up to 300 characters'),
    vouchedBy: z.uuid().nullable().describe('the API key of the backend that vouches for the user; null for a login'),
  })
  .meta({ id: 'Session' });

export type SessionResponse = z.infer<typeof sessionResponse>;

/** @param currentId the session of the caller; undefined for a caller without one */
export const showSession =
  (currentId: string | undefined) =>
  (session: StoredSession): SessionResponse => ({
    id: session.id,
    current: session.id === currentId,
    createdAt: session.createdAt.toISOString(),
    refreshedAt: session.refreshedAt?.toISOString() ?? null,
    expiresAt: session.expiresAt.toISOString(),
    ip: session.ip,
    userAgent: session.userAgent,
    vouchedBy: session.vouchedBy,
  });
