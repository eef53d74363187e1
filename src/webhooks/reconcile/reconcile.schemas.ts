import { z } from 'zod';

/** A login or a repository of GitHub: one segment of a path. */
const segment = z.string().regex(/^(?!\.{1,2}$)[\w.-]{1,100}$/, 'a name as in the address of the repository');

export const reconcileRequest = z
  .strictObject({
    token: z
      .string()
      .regex(/^[\x21-\x7e]{1,500}$/, 'a token of GitHub')
      .describe('a token that may write the webhooks of the repository or organization; it is not stored'),
    owner: segment.describe('the owner of the repository, or the organization'),
    repo: segment.optional().describe('absent: the hook is one of the organization'),
    hookId: z
      .int()
      .min(1)
      .describe('the id of the hook: the end of its address, or the header `X-GitHub-Hook-ID` of a delivery'),
    cursor: z
      .string()
      .regex(/^[\w.=+/:-]{1,200}$/, 'a cursor of an earlier answer')
      .optional()
      .describe('`nextCursor` of the answer before'),
  })
  .meta({
    id: 'ReconcileRequest',
    example: { token: 'github_pat_example', owner: 'octo', repo: 'hello', hookId: 12345678 },
  });

export const reconcileResponse = z
  .object({
    since: z.iso.datetime().describe('older deliveries are not compared: three days ago, or the age that is kept here'),
    listed: z.int().describe('deliveries that GitHub has sent since then, each counted once'),
    missing: z.int().describe('those of them that are not stored here'),
    redelivered: z.int().describe('missing deliveries that GitHub sends again; they arrive within moments'),
    failed: z.int().describe('missing deliveries that GitHub refused to send again'),
    nextCursor: z
      .string()
      .nullable()
      .describe('null: everything is compared; otherwise the call has reached a limit, and goes on with this cursor'),
  })
  .meta({ id: 'Reconciliation' });

export type ReconcileRequest = z.infer<typeof reconcileRequest>;
export type ReconcileResponse = z.infer<typeof reconcileResponse>;
