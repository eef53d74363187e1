import { z } from 'zod';
import { INSTALLATION, type HashedRow } from '../../platform/audit/audit-chain.js';
import { moment } from '../../platform/http/api/moment.js';
import { pageQuery } from '../../platform/http/api/page.js';

const snapshot = z.record(z.string(), z.unknown()).nullable();

const auditFilter = z.object({
  actor: z.uuid().optional().describe('only changes by this user'),
  action: z.string().max(60).optional().describe('only this action, e.g. `member.changed`'),
  from: moment.optional().describe('the start of the range, inclusive'),
  to: moment.optional().describe('the end of the range, exclusive'),
});

export const auditQuery = pageQuery.extend({
  ...auditFilter.shape,
  cursor: z.coerce.number().int().min(1).optional().describe('`nextCursor` of the previous page'),
});

export const auditExportQuery = auditFilter.extend({
  format: z.enum(['csv', 'jsonl']).default('jsonl').describe('`jsonl`: one JSON object per line'),
});

export const auditEntryResponse = z
  .object({
    position: z.int().describe('dense within the chain: 1, 2, 3 ...'),
    at: z.iso.datetime(),
    action: z.string().describe('e.g. `member.changed`'),
    actorId: z.uuid().nullable().describe('null when the caller was not authenticated, or the service was the actor'),
    workspaceId: z.uuid().nullable().describe('null for changes of the installation, such as users and logins'),
    target: z.string().nullable().describe('the object of the change: an id, or the name of a role'),
    before: snapshot.describe('null when the change created the target; of secrets only their number'),
    after: snapshot.describe('null when the change deleted the target'),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    hash: z.string().describe('SHA-256, in hex, over the hash of the previous entry and this entry'),
  })
  .meta({ id: 'AuditEntry' });

export const verificationResponse = z
  .object({
    ok: z.boolean().describe('whether no entry was changed, removed, inserted or moved'),
    rows: z.int(),
    brokenAt: z.int().nullable().describe('the first position at which the chain is inconsistent'),
    head: z
      .string()
      .nullable()
      .describe('the last hash; stored elsewhere, it reveals even a chain that was rewritten from its beginning'),
  })
  .extend({
    headAt: z
      .int()
      .nullable()
      .optional()
      .describe('only with `head`: the position of the entry with this hash; null when the chain has none'),
    note: z.string().optional().describe('only when the chain does not contain the given `head`: an explanation'),
  })
  .meta({ id: 'AuditVerification' });

export const verificationQuery = z.object({
  head: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits')
    .transform((hex) => hex.toLowerCase())
    .optional()
    .describe('a `head` that was read earlier, to check that the chain still contains it'),
});

export const auditHeadResponse = z
  .object({
    rows: z.int().describe('the number of entries'),
    head: z.string().describe('the hash of the last entry, in hex; zeros when there is none'),
  })
  .meta({ id: 'AuditHead' });

export type VerificationQuery = z.infer<typeof verificationQuery>;
export type VerificationResponse = z.infer<typeof verificationResponse>;

const HEAD_MISSING =
  'The chain contains no entry with this hash: entries were removed from its end, it was rewritten, or the database was ' +
  'restored to an earlier state.';

export const showVerification = (verification: VerificationResponse): VerificationResponse =>
  verification.headAt === null ? { ...verification, note: HEAD_MISSING } : verification;

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
