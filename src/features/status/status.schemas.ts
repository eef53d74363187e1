import { z } from 'zod';
import { moment } from '../../platform/http/api/moment.js';

export const statusSchema = z
  .object({
    status: z
      .enum(['inactive', 'pending', 'active'])
      .describe(
        '`pending`: becomes `active` by itself at `activateAt`; `inactive`: no timer was set, or it was cancelled',
      ),
    activateAt: z.iso.datetime().nullable().describe('when the timer is due, or was'),
    goal: z.int().describe('0, and 1 once the timer was due'),
  })
  .meta({ id: 'Status' });

export const setStatusRequest = z
  .strictObject({
    status: z
      .enum(['pending', 'inactive'])
      .describe('`pending` sets the timer, anew if there is one; `inactive` cancels it'),
    activateAt: moment
      .optional()
      .describe('for `pending`: three days ahead when absent; a time that has passed means at once'),
  })
  .refine(({ status, activateAt }) => status === 'pending' || activateAt === undefined, {
    path: ['activateAt'],
    message: 'goes with `pending` only',
  })
  .meta({ id: 'SetStatusRequest', example: { status: 'pending', activateAt: '2026-12-24T18:00:00Z' } });

export const transactionSchema = z
  .object({
    id: z.uuid(),
    type: z.string(),
    amount: z.int(),
    description: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Transaction' });

export type Status = z.infer<typeof statusSchema>;
export type SetStatusRequest = z.infer<typeof setStatusRequest>;
export type TransactionRecord = z.infer<typeof transactionSchema>;

/** Of somebody for whom none was ever set. */
export const NO_STATUS: Status = { status: 'inactive', activateAt: null, goal: 0 };
