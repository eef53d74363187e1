import { z } from 'zod';
import { INSTALLATION, type HashedRow } from '../../platform/audit/audit-chain.js';
import { moment } from '../../platform/http/moment.js';
import { pageQuery } from '../../platform/http/page.js';

const snapshot = z.record(z.string(), z.unknown()).nullable();

const auditFilter = z.object({
  actor: z.uuid().optional().describe('only what this user did'),
  action: z.string().max(60).optional().describe('only this, e.g. `member.changed`'),
  from: moment.optional().describe('not before this time'),
  to: moment.optional().describe('before this time'),
});

export const auditQuery = pageQuery.extend({
  ...auditFilter.shape,
  cursor: z.coerce.number().int().min(1).optional().describe('`nextCursor` of the page before'),
});

export const auditExportQuery = auditFilter.extend({
  format: z.enum(['csv', 'jsonl']).default('jsonl').describe('`jsonl`: one JSON object in each line'),
});

export const auditEntryResponse = z
  .object({
    position: z.int().describe('dense within the chain: 1, 2, 3 ...'),
    at: z.iso.datetime(),
    action: z.string().describe('e.g. `member.changed`'),
    actorId: z.uuid().nullable().describe('null when nobody was signed in, or the service did it of itself'),
    workspaceId: z.uuid().nullable().describe('null for what belongs to the installation: users and logins'),
    target: z.string().nullable().describe('whom or what it was done to: an id, or the name of a role'),
    before: snapshot.describe('null for what was not there before; never a secret, only how many there were'),
    after: snapshot.describe('null for what is gone'),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    hash: z.string().describe('SHA-256, in hex, over the hash of the entry before and this entry'),
  })
  .meta({ id: 'AuditEntry' });

export const verificationResponse = z
  .object({
    ok: z.boolean().describe('whether nothing was changed, removed, inserted or moved'),
    rows: z.int(),
    brokenAt: z.int().nullable().describe('the first position at which the chain is not what was written'),
    head: z
      .string()
      .nullable()
      .describe('the last hash; kept elsewhere, it shows even a chain that was rewritten from its beginning'),
  })
  .meta({ id: 'AuditVerification' });

export type AuditQuery = z.infer<typeof auditQuery>;
export type AuditExportQuery = z.infer<typeof auditExportQuery>;
export type AuditEntryResponse = z.infer<typeof auditEntryResponse>;

export function showEntry(row: HashedRow): AuditEntryResponse {
  const { position, at, action, actorId, chainId, target, ip, userAgent, requestId } = row;
  return {
    position,
    at: at.toISOString(),
    action,
    actorId,
    workspaceId: chainId === INSTALLATION ? null : chainId,
    target,
    before: snapshotOf(row.before),
    after: snapshotOf(row.after),
    ip,
    userAgent,
    requestId,
    hash: row.hash.toString('hex'),
  };
}

const snapshotOf = (text: string | null): Record<string, unknown> | null => text && JSON.parse(text);
